"""How alike two patients are in the quantum model, exactly, from shots, and at scale."""
