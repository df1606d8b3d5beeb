"""The migrations of the tables of learning platforms, in order."""
