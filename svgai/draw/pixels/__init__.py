"""Pictures whose pixels are what they are: sprites, tartans, tiny screens."""
