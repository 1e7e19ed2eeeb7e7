"""The planner's HTTP API: thin doors to its handlers and its board."""
