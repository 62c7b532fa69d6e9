"""What happens inside a batch of the scribe: one look → records, a document, entries, rows."""
