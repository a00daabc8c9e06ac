"""Everything a stranger needs to check the log: the standard library, `cryptography`, and a few pages to read.

merkle (the hash tree), tiles (its files), note and checkpoint (signatures), receipt (`.tlog-proof`),
leaf (what an entry says), verify (all of it together).
"""
