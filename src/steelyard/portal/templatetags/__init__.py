"""What the templates of the public pages may call."""
