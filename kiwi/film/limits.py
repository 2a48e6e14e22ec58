"""What a film may be asked to be: lengths, sizes, rates and names; plain data, which costs nothing to import."""

MIN_SECONDS, MAX_SECONDS = 5, 600
MAX_WORDS_CHARACTERS = 20_000
MAX_RECORDING_SECONDS = 600
FRAME_RATES = (24, 25, 30, 60)
THEMES = ("night", "paper", "sunrise", "meadow", "pop", "dusk", "studio", "candy")
"""The names of the looks a film can have."""
CARDS = "cards"
"""The name of our own camera: it draws."""
SHAPES = {"16:9": (1920, 1080), "9:16": (1080, 1920), "1:1": (1080, 1080)}
"""Pixels, width and height, by their ratio."""
SIZE_NAMES = {ratio: f"{width}x{height}" for ratio, (width, height) in SHAPES.items()}
STAGES = ("script", "storyboard")
"""Where a person may be asked for a review."""
LABELS = ("corner", "end", "none")
"""Where the visible label stands: on every scene, on the last, or nowhere."""
