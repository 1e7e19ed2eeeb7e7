"""Metrics: looks at every published post as a stranger would, and reads how it carries.

Hears `DeliveryPublished` and `DeliveryCorrected`. Tells `PostWitnessed` or `PostUnseen`, and
`InsightCollected` at each set age. Keeps no state but its facts and its timers.
"""
