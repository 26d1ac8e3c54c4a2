"""The tables of this desk's store, one file per record: storage shape only, no rules."""
