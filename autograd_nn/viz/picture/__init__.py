"""A picture: what it is made of, where it stands, and its text in DOT, Mermaid and SVG."""
