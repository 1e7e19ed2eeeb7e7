"""What breaks things on purpose, and judges from outside whether a promise was broken."""
