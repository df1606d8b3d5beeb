"""Class lists: rosters and spreadsheets of others, and who in them is who in an export."""
