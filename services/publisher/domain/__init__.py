"""The rules of publishing: no I/O, no clock, no framework."""
