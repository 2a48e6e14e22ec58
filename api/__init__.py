"""The doors: REST, WebSocket and server-sent events over one engine."""
