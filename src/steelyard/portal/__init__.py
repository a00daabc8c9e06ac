"""Public screens."""
