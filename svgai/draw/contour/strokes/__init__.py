"""Lines of even width as strokes."""
