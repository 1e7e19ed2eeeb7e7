"""Meta's platforms, which all speak through the Graph API."""
