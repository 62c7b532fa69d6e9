"""Entries → an append-only Merkle log in C2SP's formats, its checkpoints and proofs, and back."""
