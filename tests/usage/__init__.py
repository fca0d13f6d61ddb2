"""Usage billing as its users meet it."""
