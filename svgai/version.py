"""The version of svgai, the same as pyproject.toml's."""

__version__ = "0.1.0"
