"""The edge that sends events to webhook endpoints."""
