"""The objects room keeps tables of the tensors, arrays and containers that both sides know."""
