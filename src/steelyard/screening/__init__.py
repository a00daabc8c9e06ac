"""Automated findings. `engine/` is pure Python over native libraries: no Django, no network."""
