"""What a study promises before it looks."""
