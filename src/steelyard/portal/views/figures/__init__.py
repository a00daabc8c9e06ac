"""The pages of the transparency site below its overview: each a few exhibits over one period."""
