"""One folder per platform. Only the assembly names them."""
