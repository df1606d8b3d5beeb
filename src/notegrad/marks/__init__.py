"""Marks: scores as they count, after what people decide by hand and what lateness takes."""
