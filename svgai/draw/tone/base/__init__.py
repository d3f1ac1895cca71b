"""The colours under the veils."""
