"""The commands of the upload page, without the command line around them."""
