"""Plumbing that knows nothing about posts: facts on the broker, timers, boards, logs and health."""
