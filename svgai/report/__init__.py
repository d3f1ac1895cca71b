"""What is said about conversions: text, table, page."""
