"""Judging a finished film from outside. Imports nothing of the rest of the crew."""
