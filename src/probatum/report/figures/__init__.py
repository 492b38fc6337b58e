"""Figures a clinician can read at a glance, each drawn from evidence alone."""
