"""Operation: who is at work, what has failed, and the numbers that a monitor reads."""
