"""The officers' page: an alert in a few taps, on a phone, at three in the morning."""
