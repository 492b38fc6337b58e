"""The statistics of clinical validation."""
