"""svgai as tools of a language model's client, over the Model Context Protocol."""
