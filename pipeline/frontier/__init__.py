"""A settled look → what is looked at next, and when; what is due → what is begun now."""
