"""The patients: who they are, what is known of them, and whether the data can be trusted."""
