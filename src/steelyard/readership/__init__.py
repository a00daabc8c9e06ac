"""How many opened a post of a public channel, at least. Nobody here knows who (docs/decisions/0033)."""
