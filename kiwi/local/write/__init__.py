"""Writing: a script of the client's words and of named sources.

Imports `kiwi.local.knowledge`, `kiwi.local.speak` and `kiwi.local.read`.
"""
