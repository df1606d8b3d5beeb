"""Autograd: graphs that one side made and the other asks for vector-Jacobian products."""
