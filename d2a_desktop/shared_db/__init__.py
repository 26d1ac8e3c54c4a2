"""The shared PostgreSQL database: its SQL, its connection, its administration and its gateway."""
