"""Results: the files that a grading result becomes (Gradescope's JSON, pages, gradebooks, a report)."""
