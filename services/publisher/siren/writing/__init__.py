"""What an alert says: templates, a text per channel, a picture where one is demanded, checks."""
