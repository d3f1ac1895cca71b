"""What is said about conversions: text, sheet."""
