"""Probes count what a call does, or simulate a device, in the process that runs the code."""
