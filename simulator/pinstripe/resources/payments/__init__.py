"""Money in and back: intents, charges, refunds, disputes, and the balance they end on."""
