"""The machines' door: what the platform pushes, what it asks before publication, what its members report."""
