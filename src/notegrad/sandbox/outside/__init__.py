"""Outside: the trusted side of the sandbox. It starts process trees, follows, asks and kills them."""
