"""Stripe's nouns: rows of routes, and the few functions that have behaviour. One file per noun."""
