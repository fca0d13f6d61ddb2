"""Money between a platform and its connected accounts: transfers, application fees, and how payments make them."""
