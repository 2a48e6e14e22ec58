"""Conversations: what film a client wants, found out by asking; rules only, so that talking costs nothing."""
