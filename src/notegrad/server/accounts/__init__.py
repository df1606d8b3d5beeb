"""Accounts: signing in, invitations, passwords."""
