"""What a region shows as one field: flat, linear or radial."""
