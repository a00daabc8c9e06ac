"""Who is on call, ringing them until somebody answers, and the emergency line."""
