"""The archive → what is found in it and shown of it: versions, words, near copies, proofs."""
