"""How long our own core takes, beside other simulators, in one run on one machine."""
