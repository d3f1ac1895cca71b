"""Small marks of one ink on one ground: letters, digits, punctuation, dots. A layer of their own on a finer lattice."""
