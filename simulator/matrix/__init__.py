"""Matrix's client-server API as an adapter uses it: rooms, their events, and uploads."""
