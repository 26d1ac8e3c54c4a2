"""A synthetic health system: people made from a seed, played through the services."""
