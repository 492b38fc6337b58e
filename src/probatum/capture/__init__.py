"""What is due and what is admissible: decisions, not deeds."""
