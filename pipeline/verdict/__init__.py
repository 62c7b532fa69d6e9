"""A stored answer → is it the page, a block page, or a page that says there is none."""
