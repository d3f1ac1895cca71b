"""What is answered where: the service's own routes, and those of SVG-AI and Vectorizer.dev."""
