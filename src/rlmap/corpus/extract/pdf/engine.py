"""MuPDF without the extras that its package starts by itself.

Importing PyMuPDF also imports its companions where they are installed, and one of them loads
neural networks for page layout at once: two seconds and some hundred megabytes in every process
that reads a PDF, for something that is not used here. An entry of ``None`` among the loaded
modules makes such an import fail, which PyMuPDF expects and passes over.

Another companion changes how tall MuPDF says that characters are, for the whole process. Order and
boxes of a page hang on that, so it is set here: a page reads the same whoever was imported before.
"""

from __future__ import annotations

import sys

_EXTRAS = ("pymupdf.layout", "pymupdf4llm")

_unwanted = [name for name in _EXTRAS if name not in sys.modules]
sys.modules.update(dict.fromkeys(_unwanted))  # type: ignore[arg-type]  # None is how an import is made to fail
try:
    import pymupdf
finally:
    for _name in _unwanted:
        del sys.modules[_name]

#: Character boxes as the font states them, without the corrections for faulty ascenders.
pymupdf.TOOLS.unset_quad_corrections(True)

__all__ = ["pymupdf"]
