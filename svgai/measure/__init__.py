"""Rendering → Score → Verdict."""
