"""A process that works: errands, hand-over, shifts, reloads."""
