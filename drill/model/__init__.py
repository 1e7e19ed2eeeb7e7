"""Every history of one delivery, on the engine that ships: no violation, and nothing stuck."""
