"""The operator's commands: one file each, thin; the work is done below."""
