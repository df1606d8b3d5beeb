"""The autograd room lets each side ask the other for products of the graphs that the other made."""
