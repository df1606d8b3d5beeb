"""Walls: the kernel's means of confinement, trusted by both sides, run inside before any student code."""
