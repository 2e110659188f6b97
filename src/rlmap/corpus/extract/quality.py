"""Which blocks explain something in sentences, and why the others do not.

Readers type blocks by their form; here their words are weighed. A block that looks like text
but is a licence, a list of links, a scrap of a figure or the ruins of OCR is re-typed, and the
reason is kept for the status of the corpus.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from typing import NamedTuple

from rlmap.corpus.display import display_text
from rlmap.corpus.extract.prose import function_share, verbs, words
from rlmap.types import QUOTABLE_BLOCKS, Block, BlockType, Extraction

_PYTHON = "text/x-python"
_PDF = "application/pdf"

_UNREADABLE = re.compile(r"[\u0000-\u0008\u000b\u000e-\u001f\ufffd\ue000-\uf8ff]")
_RELATION = re.compile(r"[=<>≤≥≈∈∑∫∀→]")
_MATHS = re.compile(r"\$[^$]+\$")
_CAPTION = re.compile(r"(?:fig(?:ure)?\.?|table)\s*\d+(?:\.\d+)*\s*[.:]|\(?image (?:source|credit)", re.IGNORECASE)
_LICENCE = re.compile(
    r"licensed under the|permission is hereby granted|without warrant|all rights reserved|copyright \(c\)|copyright ©|"
    r"spdx-license|redistribution and use in source|as-is['\"”]? basis",
    re.IGNORECASE,
)
_INSTALL = re.compile(
    r"\b(?:pip3? install|conda (?:install|create|activate)|git clone|apt(?:-get)? install|docker (?:run|"
    r"pull|build)|npm install|"
    r"poetry (?:add|install)|uv (?:pip|sync|add|venv)|brew install|cmake|nvidia-smi)\b"
)
_CHANGE = re.compile(
    r"\(#\d{2,}\)|\[#\d{2,}\]|^•?\s*(?:v?\d+\.\d+\.\d+\b|(?:fixed|added|removed|changed|bumped?) )", re.IGNORECASE
)
_FURNITURE = re.compile(
    r"^(?:previous|next|back to|click here|table of contents|last updated|posted (?:on|by)|published|"
    r"estimated reading|date:|share this|"
    r"subscribe|sign up|read more|edit this page|join (?:our|the)|star us|follow (?:us|me)|©|"
    r"view (?:source|on)|download|open in colab)",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:check out|(?:see|refer to|visit) (?:our|the) (?:documentation|docs|examples?|website)|"
    r"we also (?:prepare|provide) (?:an? )?(?:scripts?|notebooks?|examples?))\b",
    re.IGNORECASE,
)
#: What is no explanation where it is found in fewer words than these, and why.
_BOILERPLATE = (
    (_LICENCE, sys.maxsize, "a licence"),
    (_INSTALL, 60, "an installation command"),
    (_CHANGE, 40, "an entry of a change log"),
    (_POINTER, 50, "a pointer to another place"),
    (_FURNITURE, 30, "page furniture"),
)
_ADDRESS = re.compile(r"https?://|www\.|\]\(|`_|:doc:|:ref:|@[\w.-]+\.\w+")
_PARAMETER = re.compile(
    r"\bdefaults? (?:is|to|value|=)|\bby default\b|\bmust be (?:one of|in|between|a|an)\b|\bif (?:True|"
    r"False|None|set|not (?:set|given|provided|specified))\b|"
    r"\bset to\b|\boptional\b|\barray-like\b|\bdtype\b|\b(?:shape|tensor) (?:of )?[\[(]|\braises an?\b|"
    r"\bmutually exclusive\b|\bwhether (?:to|or not)\b|"
    r"\baccepted as\b|\bdeprecated\b|\balias(?:ed)? (?:for|of)\b|\bkeyword argument|\bargument(?:s)?\b",
    re.IGNORECASE,
)
_CODE_WORD = re.compile(
    r"\w_\w|\w\.\w+\(|\w\(\)|^[a-z]+[A-Z]\w|::|^--?\w|\w=\w|\.(?:py|yaml|yml|json|toml|sh|cfg|txt|md|c|h|"
    r"cpp)\b|/\w+/|[\[\]{}<>]"
)
_SENTENCE_END = re.compile(r"""[.!?:;]["'”’)\]*$]*$""")


class Verdict(NamedTuple):
    """What a block is instead, and why in a few words."""

    block_type: BlockType
    reason: str


def judge(extraction: Extraction, media_type: str) -> Extraction:
    """Return ``extraction`` with its quotable blocks re-typed where they explain nothing."""
    kind = media_type.partition(";")[0].strip().lower()
    blocks = tuple(
        _judged(block, extraction.text, kind) if block.block_type in QUOTABLE_BLOCKS else block
        for block in extraction.blocks
    )
    return replace(extraction, blocks=blocks)


def _judged(block: Block, text: str, media_type: str) -> Block:
    source = text[block.start : block.end]
    shown = display_text(source, media_type).text
    verdict = verdict_on(shown, source, block.block_type, media_type)
    return block if verdict is None else replace(block, block_type=verdict.block_type, reason=verdict.reason)


def verdict_on(shown: str, source: str, block_type: BlockType, media_type: str) -> Verdict | None:
    """Return what a block is that explains nothing, ``None`` if it may be quoted.

    Parameters
    ----------
    shown : str
        Its display text.
    source : str
        Its canonical text, where links can be counted.
    block_type : BlockType
        ``prose``, ``list`` or ``quote``.
    media_type : str
        Of the document: a docstring is held to more than a book.
    """
    plain = _MATHS.sub(" ", shown)
    count = len(words(plain))
    verdict = (
        _unreadable(shown, plain, count, is_plain=len(source) == len(shown))
        or _boilerplate(shown, plain, count)
        or _links(shown, source, count)
    )
    if verdict is not None:
        return verdict
    if media_type == _PYTHON:
        return _docstring(plain, count)
    if media_type != _PDF and _code_share(plain) > 0.25 and count >= 8:
        return Verdict("signature", "mostly names from code")
    if _fragment(shown, plain, count, block_type, media_type):
        return Verdict("garbage", "a fragment, not a sentence")
    return None


def _unreadable(shown: str, plain: str, count: int, *, is_plain: bool) -> Verdict | None:
    tokens = plain.split()
    if not tokens:
        return Verdict("math", "") if shown.strip() else Verdict("navigation", "nothing but markup")
    if len(_UNREADABLE.findall(shown)) > 0.01 * len(shown):
        return Verdict("garbage", "unreadable characters")
    single = sum(len(token.strip(".,;:()[]")) <= 1 for token in tokens)
    if len(tokens) >= 8 and (single > 0.45 * len(tokens) or count < 0.4 * len(tokens)):
        return Verdict("math", "") if _RELATION.search(shown) else Verdict("garbage", "more symbols than words")
    broken = sum(
        bool(re.search(r"[a-z][~^|\\<>{}]|[~^|\\][a-z]|[a-z]\d[a-z]|[bcdfghjklmnpqrstvwxz]{6}", token))
        for token in tokens
    )
    if len(tokens) >= 8 and broken > 0.15 * len(tokens) and is_plain:
        return Verdict("garbage", "words ruined by text recognition")
    return None


def _boilerplate(shown: str, plain: str, count: int) -> Verdict | None:
    if _CAPTION.match(shown.lstrip("*_ ")):
        return Verdict("caption", "")
    for pattern, most_words, reason in _BOILERPLATE:
        if count < most_words and pattern.search(plain.strip()):
            return Verdict("navigation", reason)
    return None


def _links(shown: str, source: str, count: int) -> Verdict | None:
    links = len(_ADDRESS.findall(source))
    if links and count < 5 * links and not (links == 1 and _SENTENCE_END.search(shown) and count >= 4):
        return Verdict("navigation", "mostly links")
    return None


def _docstring(plain: str, count: int) -> Verdict | None:
    if _code_share(plain) > 0.16:
        return Verdict("signature", "mostly names from code")
    markers = len(_PARAMETER.findall(plain))
    if (markers >= 2 and count < 30 * markers) or (markers and count < 25):
        return Verdict("parameters", "describes an option")
    return None


def _code_share(plain: str) -> float:
    tokens = plain.split()
    return sum(bool(_CODE_WORD.search(token)) for token in tokens) / max(len(tokens), 1)


def _fragment(shown: str, plain: str, count: int, block_type: BlockType, media_type: str) -> bool:
    ended = _SENTENCE_END.search(shown.strip()) is not None
    if media_type == _PDF:
        if count < 4 and not ended:
            return True
        if count < 12 and not ended and not verbs(plain):
            return True
    elif block_type != "list" and count < 7 and not ended:
        return True
    least = 0.1 if block_type == "list" else 0.16
    return count >= 8 and function_share(plain) < least
