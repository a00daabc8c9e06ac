"""The demo: the cast plays the main story through the same doors that people use."""
