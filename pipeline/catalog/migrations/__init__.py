"""How the tables came to be, one file a step; run by `schema` and never by hand."""
