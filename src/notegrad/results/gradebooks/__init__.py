"""Gradebooks: the grades of a class in each platform's own file, every other byte as it came."""
