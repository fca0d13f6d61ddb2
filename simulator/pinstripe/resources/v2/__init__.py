"""The nouns of API v2: JSON in and out, moments in words, thin events."""
