"""What came in by a door before anybody knew what it is: kept sealed, read, and put on a desk."""
