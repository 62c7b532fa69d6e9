"""Two texts → what was added, removed, edited and moved, and what is noise."""
