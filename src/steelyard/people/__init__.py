"""Staff, their roles and permissions, and the two persons that some moves need."""
