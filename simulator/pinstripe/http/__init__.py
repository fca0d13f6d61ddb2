"""The edge that speaks HTTP: one path for every request, and the sockets and transports that lead to it."""
