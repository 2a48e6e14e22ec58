"""Hearing: what was said in a recording, and how sure the ear is of it. Imports `kiwi.local.read`."""
