"""The music: a track of the mood, as long as the film. Imports the renderer's sound files."""
