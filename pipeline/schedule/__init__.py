"""History, policy and now → when a visit is due."""
