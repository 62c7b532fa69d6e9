"""Dateline: what a site said, when it said it, and the bytes that prove it."""
