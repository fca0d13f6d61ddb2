"""Stories: dated lines of what people do and what Stripe is expected to make of it, run as tests."""
