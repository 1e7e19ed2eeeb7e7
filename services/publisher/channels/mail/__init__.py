"""A list of people who get posts as letters: one letter for each, handed over to a mail server."""
