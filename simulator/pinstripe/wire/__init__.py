"""Pure formats: what travels between a client and Stripe, without state, clock or sockets."""
