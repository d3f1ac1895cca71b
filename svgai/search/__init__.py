"""Tier, Settings → plans to try → the best drawing."""
