"""Drawing → SVG → pixels."""
