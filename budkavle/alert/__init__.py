"""Alerts from the command line: the siren's own door, with an officer's own key."""
