"""The process that holds the log's keys: no Django, no database, one Unix socket, three purposes."""
