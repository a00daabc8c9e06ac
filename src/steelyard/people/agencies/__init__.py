"""Authorities and their officers: who they are, where that is known from, and with which keys they come."""
