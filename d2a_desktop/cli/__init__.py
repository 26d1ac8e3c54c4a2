"""The commands of `d2a`; nothing here knows Qt."""
