"""Hearing: what was said, and how sure the ear is of it."""
