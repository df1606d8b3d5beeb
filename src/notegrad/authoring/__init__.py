"""From a master notebook to two bundles: the student's without solutions, the autograder's with all tests."""
