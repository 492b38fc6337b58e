"""Clinical choices that a quantum search may propose and a classical check must pass."""
