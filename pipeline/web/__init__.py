"""The web page: a file for each, read only."""
