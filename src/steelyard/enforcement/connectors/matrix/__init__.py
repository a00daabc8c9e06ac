"""Matrix, through a Synapse homeserver with our module in it."""

from steelyard.enforcement.connectors.matrix.connector import MatrixConnector

__all__ = ["MatrixConnector"]
