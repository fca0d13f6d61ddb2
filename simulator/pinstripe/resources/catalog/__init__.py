"""Catalogue: products, what they cost, what comes with them."""
