"""The parts that boards and dialogs are made of."""
