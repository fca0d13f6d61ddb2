"""Stories told by the official Stripe CLI against a server of ours."""
