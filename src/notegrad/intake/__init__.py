"""Intake: what strangers hand in, read within limits and never extracted."""
