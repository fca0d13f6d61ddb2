"""What one pays with: cards, bank accounts and their like, tokens and sources, and what each test number does."""
