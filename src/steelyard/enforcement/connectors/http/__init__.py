"""Any platform that carries measures out at an address of its own, told by signed webhooks."""

from steelyard.enforcement.connectors.http.connector import HttpConnector

__all__ = ["HttpConnector"]
