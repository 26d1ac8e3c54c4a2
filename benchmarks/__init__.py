"""The figures of `make bench`, each beside its limit measured in the same run."""
