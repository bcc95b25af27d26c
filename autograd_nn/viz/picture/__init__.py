"""A picture: what it is made of, and how it is spelled in DOT, Mermaid and SVG."""
