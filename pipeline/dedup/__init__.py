"""Digests → new, changed, same_text, same_bytes."""
