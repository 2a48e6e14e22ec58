"""From frames to a file: encoding, joining without encoding again, the poster. Imports `kiwi.render.footage` and below."""
