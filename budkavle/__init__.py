"""The command: runs Budkavle on one machine, shows it off, and says what is wrong with a set-up."""
