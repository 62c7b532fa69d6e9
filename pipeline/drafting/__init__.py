"""Several pages of a site that nobody has described → a declaration of it, guess by guess."""
