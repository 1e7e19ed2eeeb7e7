"""Mastodon's client API as adapters and readers of metrics use it, and its public pages."""
