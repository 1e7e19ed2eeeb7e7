"""Publisher: makes an approved variant public, once, at its time.

Hears `order.approved` and `order.withdrawn`. Tells what becomes of each delivery, and how the
channels are. Remembers deliveries: its own facts are the ledger.
"""
