"""The inside shares a process, or a process tree, with student code; nobody believes what it says."""
