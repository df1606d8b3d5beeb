"""The course: all that is read of it, the configuration, bundles, known answers, a container's limits."""
