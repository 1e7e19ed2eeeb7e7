"""Sveriges Radio's list of VMA as a watcher reads it, and a desk at which a test sends one."""
