"""X's API v2 as adapters and readers of metrics use it: an account, written to by an app."""
