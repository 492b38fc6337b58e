"""How far a patient's risk may be off: by measurement, by training, and by calibration."""
