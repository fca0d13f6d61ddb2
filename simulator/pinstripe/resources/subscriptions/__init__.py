"""Subscriptions from signup to the end, their items, and the schedules that change them."""
