"""When a person is needed, people are told: by role, once for each problem, until one has read it.

What needs a person is what the board shows; who was told is facts, so every replica knows.
"""
