"""Sealed packages of data for lawful requests: never automatic, never by one person."""
