"""Memory: what both sides know by number, and the bytes behind it, read with no torch operation."""
