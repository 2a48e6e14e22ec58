"""The film's sound: sound files, loudness, the mix. Imports `kiwi.render.join` for the container alone."""
