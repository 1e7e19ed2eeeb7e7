"""The power cut: what the broker has acknowledged is there again, whenever the plug is pulled."""
