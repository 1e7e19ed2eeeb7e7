"""Other people's alerts: read, judged, and proposed to the duty officers; never published."""
