"""Global state of torch, NumPy and Python that a call can leave behind."""
