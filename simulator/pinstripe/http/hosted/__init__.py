"""Small pages for people: what Stripe shows on its own sites, as far as a test needs it. No scripts."""
