"""Staged clinical validation of hybrid quantum-classical models, from a promise to a file."""
