"""Discharge-to-assess coordination: from a ward to an assessment at home."""

__version__ = "0.1.0"
