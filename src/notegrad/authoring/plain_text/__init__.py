"""Masters in plain text, MyST and percent, with a short notation that becomes otter's cells."""
