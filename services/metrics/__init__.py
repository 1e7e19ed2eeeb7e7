"""Metrics: looks at every published post as a stranger would, and reads how it carries.

Hears `DeliveryPublished`. Tells `PostWitnessed` or `PostUnseen`, and `InsightCollected` at each
set age. Keeps no state but its facts and its timers.
"""
