"""The concept graph: load it, check it, walk it."""
