"""What the delivery engine costs, beside a bare consumer that does the same work without it."""
