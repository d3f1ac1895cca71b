"""A drawing as files of other kinds than SVG."""
