"""The outside is the sandbox's trusted side: it starts process trees, follows, asks and kills them."""
