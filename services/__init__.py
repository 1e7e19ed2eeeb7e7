"""The three services, the plumbing they share, and the provisioner that prepares the broker."""
