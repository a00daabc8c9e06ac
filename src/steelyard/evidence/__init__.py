"""Sealed copies of what was seen, with their hashes, and who looked."""
