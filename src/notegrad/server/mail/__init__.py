"""Letters by e-mail, where the deployment names a mail server: receipts, and links to a new password."""
