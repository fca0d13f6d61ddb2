"""What the Stripe CLI asks of Stripe beyond the API: sessions, and the websockets on which it hears of things."""
