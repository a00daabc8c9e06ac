"""What is talked about: platform, account, channel, post."""
