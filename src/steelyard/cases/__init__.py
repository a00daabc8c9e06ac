"""Work for people: queues, claims, deadlines, conflicts of interest."""
