"""LinkedIn's REST API as adapters and readers of metrics use it: an organisation's page."""
