"""Numbers as pictures: SVG as text, without style attributes or scripts; the look's stylesheet colours the classes."""
