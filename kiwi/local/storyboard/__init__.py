"""The storyboard: which card shows a scene, when what is due, and what a camera would film. Imports `kiwi.local.read`."""
