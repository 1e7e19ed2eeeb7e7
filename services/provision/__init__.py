"""Makes keys and streams before the services need them, and never weakens what is there."""
