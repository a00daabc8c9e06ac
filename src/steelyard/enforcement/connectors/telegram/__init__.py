"""Telegram: groups and channels in which our bot is an administrator. What it can and cannot do: README.md.

Imports nothing: the bot's own process needs neither Django nor the connector.
"""
