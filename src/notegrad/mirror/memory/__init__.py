"""The memory room numbers objects and blocks of bytes, and reads bytes with no torch operation."""
