"""Label map → outlines: what every engine that draws areas shares."""
