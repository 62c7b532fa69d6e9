"""The command: a file per verb."""
