"""Outcome, ground, statement of reasons, second signature, complaint."""
