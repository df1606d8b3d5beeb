"""Pages of students: assignment, attempt, feedback."""
