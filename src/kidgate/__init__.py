"""Kidgate: a child-safe browsing gateway."""

__version__ = "0.1.0"
