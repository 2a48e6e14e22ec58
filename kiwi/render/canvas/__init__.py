"""What everything is drawn with: layout, text, motion, frames. Imports `kiwi.render.look`."""
