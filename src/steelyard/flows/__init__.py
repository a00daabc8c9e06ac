"""One file per story, top to bottom in the order things happen."""
