"""The data of persons: what is held about each, for how long, and how it is handed out and deleted."""
