"""The tamper-evident log. `proof/` stands alone so that strangers can verify with it."""
