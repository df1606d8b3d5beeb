"""Engines grade all jobs of a run: processes on this machine, or the workers of a cluster."""
