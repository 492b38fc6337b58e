"""The index test, its classical comparators and its fallback."""
