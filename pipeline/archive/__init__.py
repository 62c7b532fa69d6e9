"""Captures and texts → WARC records and files, and back."""
