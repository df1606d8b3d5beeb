"""Pages of assistants and teachers: course, assignment, class."""
