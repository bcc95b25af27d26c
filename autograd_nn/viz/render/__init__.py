"""DOT to SVG, PNG and PDF: the programs that can, and what to install where there is none."""
