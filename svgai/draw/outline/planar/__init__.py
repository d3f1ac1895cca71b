"""Label map → nodes, arcs and faces at sub-pixel places."""
