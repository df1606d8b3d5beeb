"""What a grading result becomes: Gradescope's JSON, a gradebook, a report. No torch here."""
