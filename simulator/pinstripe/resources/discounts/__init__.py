"""Discounts and taxes, and the one path by which they reach an amount."""
