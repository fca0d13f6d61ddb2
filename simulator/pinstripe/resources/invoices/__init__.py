"""Invoices from draft to paid, what is on them, previews, and credit notes."""
