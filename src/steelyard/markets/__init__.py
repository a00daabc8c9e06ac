"""Countries as markets: what States have going about the service as a whole, and whether it serves there."""
