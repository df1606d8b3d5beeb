"""Holds an assignment's hidden tests against answers known to be right or wrong, and against mutants."""
