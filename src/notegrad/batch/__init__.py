"""Many submissions: taking them in, grading them in grader processes, keeping a journal."""
