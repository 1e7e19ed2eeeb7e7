"""Metrics: looks at every published post as a stranger would, and reads how it carries.

Hears `DeliveryPublished` and `DeliveryCorrected`. Tells `PostWitnessed` or `PostUnseen`,
`InsightCollected` at each set age, and what people write beneath it: `CommentReceived`,
`CommentEdited`, `CommentRemoved`, with `CommentWords` kept apart. Keeps no state but its facts and
its timers.
"""
