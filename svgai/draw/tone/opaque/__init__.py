"""A photograph without translucent shapes: areas of one hue, and in each of them opaque patches of its tones."""
