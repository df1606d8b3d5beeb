"""Pages of learning platforms: launches, choices of teachers, the administrator's."""
