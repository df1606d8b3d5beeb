"""Probes: what is counted or simulated in the process that runs the code."""
