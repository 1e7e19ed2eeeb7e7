"""The language: every fact the services tell each other, and the one table of who hears what."""
