"""Lines and cubic Béziers, fitted and relaxed."""
