"""Clips and pictures behind what is read. Imports `kiwi.render.cards` and below."""
