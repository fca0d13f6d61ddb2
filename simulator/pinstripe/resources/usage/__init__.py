"""Usage: meters and their events, the usage records before them, billing credits and alerts."""
