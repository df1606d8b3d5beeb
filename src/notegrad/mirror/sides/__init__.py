"""Sides: what the judge does, what the sandbox does, and the engine that both run."""
