"""The siren's HTTP door: what `budkavle alert` and other programs say to it."""
