"""Everything a stranger needs to check the log: standard library, `cryptography`, a few pages to read.

merkle (the hash tree), tiles (its files), note and checkpoint (signatures), receipt (`.tlog-proof`),
leaf (what an entry says), verify (all of it together).
"""
