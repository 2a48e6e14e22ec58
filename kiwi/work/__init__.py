"""How heavy work is done: child processes, the jobs they know, and the workshop that does each once.

Imports `kiwi.jail`, `kiwi.money` and below.
"""
