"""The planner: its rules, its doors, and its promises on a real broker."""
