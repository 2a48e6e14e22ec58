"""What a person at a terminal sees: progress, delivery, the doctor, keys. Imports everything of `kiwi` but the client."""
