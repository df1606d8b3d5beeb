"""The log of web processes and workers: where lines go, how they look, and what is not in them."""
