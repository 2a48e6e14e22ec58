"""Pictures and sound: draws, encodes, mixes and joins."""
