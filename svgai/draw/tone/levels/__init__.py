"""A plane of tones → the tree of its level sets, and what of it is worth drawing."""
