"""Carrying decisions out and undoing them, through connectors."""
