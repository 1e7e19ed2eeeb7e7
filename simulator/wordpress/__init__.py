"""A WordPress site, as its REST API and its readers see it."""
