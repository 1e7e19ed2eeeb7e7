"""The siren: the lane for emergencies. It takes an alert and sends it when all others are dead."""
