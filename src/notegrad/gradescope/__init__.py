"""Grading on Gradescope: what its container does with a submission, and one like it to try bundles in."""
