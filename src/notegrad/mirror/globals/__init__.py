"""The globals room mirrors state of torch, NumPy and Python that a call can leave behind."""
