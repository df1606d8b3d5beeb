"""Many submissions: taking them in, grading them in worker processes, keeping a journal."""
