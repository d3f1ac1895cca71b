"""Points of arcs → lines and cubic Béziers within a tolerance."""
