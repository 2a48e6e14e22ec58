"""The embedded crew: makes a whole film with no key and no network. A folder per stage of the graph; imports `kiwi.render` and below."""
