"""What both engines stand on: the reader of the neutral format, and CP-SAT by levels."""
