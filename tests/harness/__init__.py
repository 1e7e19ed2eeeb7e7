"""Real things for tests to stand on: brokers, ports, and waiting with a limit."""
