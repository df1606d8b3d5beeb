"""The tags that templates use."""
