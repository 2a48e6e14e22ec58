"""The embedded crew: makes a whole film with no key and no network."""
