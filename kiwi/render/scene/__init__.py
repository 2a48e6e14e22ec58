"""One scene drawn into its reel: background, card, captions, transitions. Imports every folder of pictures."""
