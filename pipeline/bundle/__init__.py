"""One document with everything a third party needs, as a WACZ, and the check of it offline."""
