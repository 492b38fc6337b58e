"""The exact states of a whole cohort, through any parameterised circuit."""
