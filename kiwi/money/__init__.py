"""What films cost: the catalogue, estimates, buying once, the ledger. Imports `kiwi.access` and below, never a vendor."""
