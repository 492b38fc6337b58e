"""What touches the world: one module for each counterparty, each deed a Prefect task."""
