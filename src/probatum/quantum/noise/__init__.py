"""What a real device's calibration does to a circuit, for a whole cohort at once."""
