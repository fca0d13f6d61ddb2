"""Pages and papers that sell: Checkout, payment links, the portal, quotes."""
