"""Objects: tables of the tensors, arrays, containers and memory that both sides know."""
