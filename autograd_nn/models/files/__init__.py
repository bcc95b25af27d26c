"""Networks in files: NumPy archives that are read as data, never as programs."""
