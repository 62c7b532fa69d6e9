"""Entries → Merkle log (its place is kept; the log comes with the evidence work)."""
