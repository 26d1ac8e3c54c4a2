"""What the boards show: frozen rows read from this desk's store."""
