"""The child process of :mod:`rlmap.corpus.extract.sandbox`: reads documents until its input ends."""

from __future__ import annotations

import base64
import json
import os
import resource
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

from rlmap.corpus.extract.read import extract_document
from rlmap.corpus.extract.registry import extractors
from rlmap.corpus.read_again import read_page_again
from rlmap.corpus.rendering import render_page
from rlmap.errors import ExtractError, InputError
from rlmap.types import Box, Document

_LENGTH = struct.Struct(">Q")
_FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.fork",
    "os.remove",
    "os.rename",
    "shutil.",
)


def main() -> None:
    """Answer requests from standard input; standard output carries a sign of life, then nothing but the answers."""
    requests = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    # Parsing libraries print to standard output; that must not mix with the answers.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    extractors()
    sys.addaudithook(_refuse)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _send(answers, {"ready": True})
    while (request := _receive(requests)) is not None:
        _send(answers, _answer(request))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse network, other processes and writing: reading a document needs none of them."""
    if event.startswith(_FORBIDDEN) or (
        event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    ):
        raise PermissionError(f"reading a document may not do this: {event}")


def _receive(stream: BinaryIO) -> dict[str, Any] | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    request: dict[str, Any] = json.loads(stream.read(_LENGTH.unpack(head)[0]))
    return request


def _send(stream: BinaryIO, answer: dict[str, Any]) -> None:
    data = json.dumps(answer).encode()
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    document = Document(**request["document"])
    name = document.member or document.path
    _limit(request["limits"])
    try:
        return _TASKS[request["task"]](document, request)
    except (ExtractError, InputError) as error:
        return {"error": str(error), "kind": "input" if isinstance(error, InputError) else "extract"}
    except MemoryError:
        memory = f"{request['limits']['memory_bytes'] >> 20} MB"
        return {"error": f"{name} needs more memory than a document may ({memory}).", "kind": "extract"}
    except Exception as error:  # noqa: BLE001 - whatever a parser raises on bad bytes is a fault of that file
        return {"error": f"{name} is damaged and cannot be read ({type(error).__name__}: {error}).", "kind": "extract"}


def _picture(document: Document, request: dict[str, Any]) -> dict[str, Any]:
    boxes = [Box(*box) for box in request["boxes"]]
    png = render_page(document, request["page"], boxes, request["zoom"], request["crop"])
    return {"png": base64.b64encode(png).decode()}


def _pages(document: Document, request: dict[str, Any]) -> dict[str, Any]:
    pages = [read_page_again(document, page).packed() for page in request["pages"]]
    return {"pages": [base64.b64encode(page).decode() for page in pages]}


def _limit(limits: dict[str, Any]) -> None:
    """Bound the memory of this process and the computing time from now on."""
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], resource.RLIM_INFINITY))
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + int(limits["cpu_s"]), resource.RLIM_INFINITY))


def _extraction(document: Document, _request: dict[str, Any]) -> dict[str, Any]:
    extraction = extract_document(document)
    return {
        "document_id": extraction.document_id,
        "engine": extraction.engine,
        "engine_version": extraction.engine_version,
        "text": extraction.text,
        "text_sha256": extraction.text_sha256,
        "pages": [[p.index, p.label, p.start, p.end, p.width, p.height, p.rotation] for p in extraction.pages],
        "blocks": [[b.start, b.end, b.block_type, list(b.section_path), b.reason] for b in extraction.blocks],
    }


_TASKS: dict[str, Callable[[Document, dict[str, Any]], dict[str, Any]]] = {
    "extract": _extraction,
    "picture": _picture,
    "pages": _pages,
}

if __name__ == "__main__":
    main()
