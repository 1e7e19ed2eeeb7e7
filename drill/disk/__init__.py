"""A disk in memory that forgets, when its power is cut, whatever was not made durable."""
