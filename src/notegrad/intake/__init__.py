"""Intake reads the files of strangers within limits, and never extracts them to disk."""
