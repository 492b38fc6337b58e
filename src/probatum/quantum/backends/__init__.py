"""Where circuits run: simulators, noisy devices, hardware, and the record each run leaves."""
