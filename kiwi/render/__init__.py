"""Pictures and sound: draws, encodes, mixes and joins.

Imports `kiwi.film` and `kiwi.storage`; knows nobody who decides what a film says.
"""
