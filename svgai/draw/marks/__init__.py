"""Small marks of one ink on one ground, as letters, digits and dots: a layer of their own on a finer lattice."""
