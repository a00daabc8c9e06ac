"""What authorities send."""
