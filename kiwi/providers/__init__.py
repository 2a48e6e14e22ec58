"""The menu of providers: who can be hired beside the embedded crew; one vendor a file."""
