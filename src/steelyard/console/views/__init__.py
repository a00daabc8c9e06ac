"""Staff pages, one file per errand."""
