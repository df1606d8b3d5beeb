"""Exports: everything that a class handed in, as a learning platform gives it in one download."""
