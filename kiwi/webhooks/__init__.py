"""Webhooks: what is told to the client's own server, where that may be, how it is signed and how often it is tried."""
