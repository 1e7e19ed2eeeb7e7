"""LinkedIn's page of an organisation, through the versioned REST API."""
