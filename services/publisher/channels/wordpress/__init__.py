"""WordPress sites, spoken to through the REST API that every WordPress has."""
