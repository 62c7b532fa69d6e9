"""Documents and captures → files that other tools read: text, JSON Lines, Parquet, WARC, WACZ."""
