"""Loops in C, each beside the numpy version that specifies it. Without a compiler at install time numpy draws."""
