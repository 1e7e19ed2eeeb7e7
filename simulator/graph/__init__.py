"""Meta's Graph API as adapters and readers of metrics use it: a Facebook Page, Instagram."""
