"""Where the parts are put together: settings, addresses, processes, and which connectors exist."""
