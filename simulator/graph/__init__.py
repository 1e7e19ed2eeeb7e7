"""Meta's APIs as adapters and readers of metrics use them: Facebook, Instagram, Threads."""
