"""The queue: jobs in a table of the database, and the loop that does them."""
