"""What several cards are made of. Imports `kiwi.render.canvas` and below."""
