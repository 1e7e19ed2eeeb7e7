"""What the channels cost: the HTTP client, each adapter, and one that hangs beside the others."""
