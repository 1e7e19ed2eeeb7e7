"""The organisation's own page: static files that are drawn from the publisher's own facts."""
