"""Colours, type and icons of both looks, from one table."""
