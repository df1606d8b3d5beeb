"""notegrad: an auto-grader for tensor code that runs hidden tests outside the student's process."""

__version__ = "0.2.0"
