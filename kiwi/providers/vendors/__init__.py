"""One vendor a file. Imports `kiwi.providers.hire`."""
