"""The documentation site: guide, book, decisions and reference, built by MkDocs with :mod:`rlmap.site.hooks`.

Hand-written pages are in ``docs/``. All others are made at build time from the map, the handbook, the
manifest, the demos and the docstrings, and exist in memory only.
"""
