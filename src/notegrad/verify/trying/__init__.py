"""Trying one answer at once: what `notegrad try` asks of a grader that is kept warm for it."""
