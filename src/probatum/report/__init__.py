"""Documents built from evidence, in which every number can be traced."""
