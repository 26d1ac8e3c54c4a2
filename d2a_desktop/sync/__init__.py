"""The exchange between this desk's store and the shared database."""
