"""The network: the one maker of HTTP clients, where it may go, and what nobody may read of it. Imports `kiwi.storage` and below."""
