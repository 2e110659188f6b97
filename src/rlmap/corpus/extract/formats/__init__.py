"""One module for each format; each defines ``EXTRACTOR`` (see :mod:`rlmap.corpus.extract.base`)."""
