"""Inside: all that shares a process, or a process tree, with student code. Nobody believes what it says."""
