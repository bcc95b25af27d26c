"""Is it right?  What is measured and compared, and the verdict."""
