"""The platforms' own SDKs against the simulator: a client that is not ours, as a judge of it."""
