"""What a film is: its frozen values, the ports of its crew, and what may be said of both without making anything.

Imports `kiwi.errors` alone.
"""
