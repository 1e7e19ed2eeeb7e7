"""CAP 1.2, the form in which the world's warnings travel: ours written, others' read."""
