"""The wire: frames, records, limits and names; what may cross, and nothing else."""
