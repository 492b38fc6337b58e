"""Circuits, and the exact simulation of a whole cohort through them."""
