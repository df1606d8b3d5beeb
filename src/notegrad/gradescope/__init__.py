"""Grading on Gradescope: what its container does with one submission, and a container like it, to try bundles in."""
