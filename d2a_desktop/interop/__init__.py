"""Files of other systems, read and written: PAS extracts and what may follow; no store, no Qt."""
