"""The HTTP API for partners: shapes in and out, nothing else. The machines of platforms have their own door."""
