"""Answers to authorities in the instrument's own form: one text, as JSON and as a signed PDF."""
