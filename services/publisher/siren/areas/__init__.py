"""Where an alert holds: Sweden's counties and municipalities, and shapes drawn on a map."""
