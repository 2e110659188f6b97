"""Telling from its first bytes that a file is not what it was announced to be."""

from __future__ import annotations

import re

#: How many bytes of a file are enough to judge it.
HEAD_BYTES = 2048

_HTML = re.compile(rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)
_ZIP = re.compile(rb"PK")
#: How a file of each kind begins. A PDF may have up to a kilobyte of other bytes before it.
_BEGINNINGS = {
    "application/pdf": re.compile(rb".{0,1023}?%PDF-", re.S),
    "application/zip": _ZIP,
    "application/epub+zip": _ZIP,
    "application/gzip": re.compile(rb"\x1f\x8b"),
    "application/x-ipynb+json": re.compile(rb"(?:\xef\xbb\xbf)?\s*\{"),
}
_MAY_BE_HTML = frozenset({"text/html", "application/xhtml+xml", "application/octet-stream"})


def wrong_kind(head: bytes, media_type: str) -> str:
    """Return why ``head`` cannot begin a file of ``media_type``, empty if it can.

    Parameters
    ----------
    head : bytes
        The first :data:`HEAD_BYTES` bytes.
    media_type : str
        What the manifest says the file is.
    """
    if not head:
        return "the file is empty"
    if media_type not in _MAY_BE_HTML and _HTML.match(head.removeprefix(b"\xef\xbb\xbf")):
        return f"an HTML page came where {media_type} was expected"
    beginning = _BEGINNINGS.get(media_type)
    if beginning and not beginning.match(head):
        return f"what came is not {media_type}"
    return ""


def kind_of(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file prove, ``None`` where they do not."""
    if _BEGINNINGS["application/pdf"].match(head):
        return "application/pdf"
    if head.startswith(b"PK") and b"application/epub+zip" in head[:128]:
        return "application/epub+zip"
    return "text/html" if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")) else None
