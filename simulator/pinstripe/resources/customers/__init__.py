"""Customers, and what is theirs: balances, tax ids, money that waits."""
