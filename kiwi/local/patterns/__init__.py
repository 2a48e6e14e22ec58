"""Sentence patterns for briefs that only name a topic: they ask, list and invite, and claim nothing about the world."""
