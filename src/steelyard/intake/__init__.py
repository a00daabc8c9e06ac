"""The machines' door: platform events, application-service transactions, the gate."""
