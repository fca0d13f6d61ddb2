"""The whole surface of the API: every operation of the contract asked once, and its answer held to its shape."""
