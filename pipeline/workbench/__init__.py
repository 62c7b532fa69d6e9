"""A site and its pages → its config: drafted, tried, probed, held to fixtures."""
