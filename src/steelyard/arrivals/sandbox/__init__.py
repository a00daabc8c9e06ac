"""Where attachments are opened: a process that has no network, no home, no keys, little memory and little time."""
