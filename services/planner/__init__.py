"""Planner: people write, approve and see how it went; approval makes the orders.

Hears its own submitted posts and its timers. Tells posts, orders, answers and sessions.
Follows what the publisher and metrics tell, for its board.
"""
