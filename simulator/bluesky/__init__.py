"""Bluesky's side of the AT Protocol as adapters and readers of metrics use it."""
