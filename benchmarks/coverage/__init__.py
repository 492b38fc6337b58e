"""How often intervals hold the truth, and tests cry wolf, where the truth is known."""
