"""Who may do what: owners, keys and tickets. Imports `kiwi.storage` and below."""
