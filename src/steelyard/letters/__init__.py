"""What we write to people, in their language; signed receipts."""
