"""Views read what was sent, call a flow, and shape the answer. Nothing else happens here."""
