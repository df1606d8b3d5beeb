"""The sides room holds the engine of the mirror, and what only the judge or the sandbox adds to it."""
