"""A neutral platform: one way to publish for each kind of repeat-safety, and nothing around it."""
