"""Accounts that posts are published on: setting one up, checking them, taking one away."""
