"""The commands of ``kiwi``, one a module, imported when they are called. A module's top imports nothing heavy."""
