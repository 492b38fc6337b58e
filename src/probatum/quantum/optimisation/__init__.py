"""Choosing the best of many yes-or-no decisions, with QAOA beside exact classical solvers."""
