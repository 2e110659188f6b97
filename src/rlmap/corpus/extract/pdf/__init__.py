"""Reading PDF: characters with boxes, reading order, paragraphs, and what each block is."""
