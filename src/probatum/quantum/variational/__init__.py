"""Circuits with weights to be learned, and their exact gradients."""
