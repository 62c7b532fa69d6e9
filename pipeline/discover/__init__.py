"""A captured seed page (feed, sitemap, listing) → links to targets; URL rules."""
