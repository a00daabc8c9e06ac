"""What users and partners say about content (DSA Art. 16)."""
