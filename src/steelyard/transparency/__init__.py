"""Counts, daily reports, open data."""
