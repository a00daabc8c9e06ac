"""Who keeps sending what is manifestly unfounded or manifestly illegal: warned, then suspended (DSA Art. 23)."""
