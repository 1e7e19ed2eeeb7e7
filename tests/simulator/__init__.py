"""The simulator keeps its word: it can be believed as a platform and as a judge."""
