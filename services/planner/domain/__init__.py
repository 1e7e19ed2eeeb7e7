"""What may be written, when it goes out, and what a person may do with a post. No I/O, no clock."""
