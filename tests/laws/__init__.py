"""What holds whatever happens: each law is tried on random lives of an account."""
