"""Shows a week of posts in a minute, from plan to proof, on this machine alone."""
