"""Pictures: what a file is known by, and sets of hashes to find it in. NumPy and Pillow are loaded on use."""
