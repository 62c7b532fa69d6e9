"""Archived bytes and rules → Document."""
