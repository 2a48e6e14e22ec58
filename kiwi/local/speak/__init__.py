"""The embedded voice, and what makes any voice fit for a film. Imports `kiwi.local.hear` and `kiwi.local.read`."""
