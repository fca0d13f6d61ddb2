"""Tax that is worked out by itself: where somebody is taxed, by which rate, and what objects tell of it."""
