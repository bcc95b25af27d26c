"""A picture as a file: SVG, PNG and PDF, the programs that draw them, and what to install."""
