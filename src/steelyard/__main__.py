"""`python -m steelyard` is the command `steelyard`."""

from steelyard.assembly.main import main

main()
