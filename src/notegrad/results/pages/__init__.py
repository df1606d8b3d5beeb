"""Pages: the feedback that a student reads, self-contained and without script."""
