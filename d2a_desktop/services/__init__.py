"""The use cases of a desk: each command in one transaction, each board as frozen rows."""
