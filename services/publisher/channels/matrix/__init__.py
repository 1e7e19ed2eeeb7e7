"""A room on a Matrix server: each post is one event, which carries its delivery's name."""
