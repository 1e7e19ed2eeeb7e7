"""The simulator stands in for the platforms: it accepts posts, shows them, and remembers all."""
