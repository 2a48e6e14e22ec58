"""Somebody else's clips and pictures made fit for a film. Imports `kiwi.local.hear` for what files are by their first bytes."""
