"""Reading files that are not trusted: in child processes with limits.

``extract_safely(document: Document, limits: Limits = Limits()) -> Extraction``
    Read one document in a child process. A file that crashes, hangs or exhausts the reader
    costs one child and raises ``ExtractError`` with one clear sentence.
``extract_all(documents, *, limits=Limits(), workers=None) -> Iterator[tuple[Document, Extraction | ExtractError]]``
    The same for many, side by side, in the order given.

Children are kept for the next file, so that good files stay quick. A child has no network, may
write no file and start no process; it answers in JSON, so that a child that was taken over
cannot make the parent run anything.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import signal
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

from rlmap.errors import ExtractError, InputError, ReaderError
from rlmap.types import Block, Document, Extraction, Page

_LENGTH = struct.Struct(">Q")
#: A child is replaced after this many files: parsers leak.
_FILES_PER_CHILD = 400
#: Imports take a second or two; a busy machine gets a minute.
_START_S = 60.0
#: No document of the corpus comes near this; a reply that is longer is not read.
_LONGEST_REPLY = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one document may cost.

    ``memory_bytes`` is address space of the child, ``cpu_s`` its computing time, ``wall_s``
    the time until an answer must be there.
    """

    memory_bytes: int = 3 * 1024**3
    cpu_s: int = 120
    wall_s: float = 180.0


class _Child:
    """A process that reads one document after another."""

    def __init__(self) -> None:
        self.files = 0
        self.process = subprocess.Popen(
            [sys.executable, "-m", "rlmap.corpus.extract.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        try:
            self._receive(time.monotonic() + _START_S)  # it is ready
        except (EOFError, TimeoutError) as error:
            self.close()
            raise ReaderError(f"The process that reads documents cannot start: {_why_none_starts()}.") from error

    def ask(self, document: Document, task: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
        """Send one task and wait for the answer; the child must be closed after an error."""
        self.files += 1
        deadline = time.monotonic() + limits.wall_s
        request = json.dumps({"document": asdict(document), "limits": asdict(limits), **task}).encode()
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(_LENGTH.pack(len(request)) + request)
            self.process.stdin.flush()
            return self._receive(deadline)
        except (BrokenPipeError, EOFError) as error:
            raise _Lost(self._how_it_died(limits)) from error
        except TimeoutError as error:
            raise _Lost(f"took more than {limits.wall_s:g} s") from error

    def _receive(self, deadline: float) -> dict[str, Any]:
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        if length > _LONGEST_REPLY:
            raise _Lost("gave an answer that is too long")
        answer: dict[str, Any] = json.loads(self._read(length, deadline))
        return answer

    def _read(self, size: int, deadline: float) -> bytes:
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        received = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while len(received) < size:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError
                piece = os.read(descriptor, min(size - len(received), 1 << 20))
                if not piece:
                    raise EOFError
                received += piece
        return bytes(received)

    def _how_it_died(self, limits: Limits) -> str:
        try:
            code = self.process.wait(5)
        except subprocess.TimeoutExpired:
            return "stopped answering"
        if code == -signal.SIGXCPU:
            return f"took more than {limits.cpu_s} s of computing time"
        if code < 0:
            return f"crashed ({signal.Signals(-code).name})"
        return f"ended early (status {code})"

    def close(self) -> None:
        """End the process."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        self.process.kill()
        self.process.wait()


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")}
    return kept | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "OMP_NUM_THREADS": "1"}


def _why_none_starts() -> str:
    """Start a child again, to hear what it says when it fails."""
    try:
        failed = subprocess.run(
            [sys.executable, "-c", "import rlmap.corpus.extract.worker"],
            check=False,
            capture_output=True,
            text=True,
            env=_environment(),
            timeout=_START_S,
        )
    except subprocess.TimeoutExpired:
        return f"it is not ready after {_START_S:g} s, the machine may be out of memory"
    return (failed.stderr.strip().splitlines() or [f"it ended with status {failed.returncode}"])[-1]


class _Lost(Exception):  # noqa: N818 - not an error of the caller, only how a child was lost
    """The child is gone or must go; the text says what the reader did."""


class _Children:
    """Children that wait for work."""

    def __init__(self) -> None:
        self._idle: deque[_Child] = deque()
        self._lock = threading.Lock()
        atexit.register(self.close)

    def take(self) -> _Child:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Child()

    def give_back(self, child: _Child) -> None:
        if child.files >= _FILES_PER_CHILD:
            child.close()
            return
        with self._lock:
            self._idle.append(child)

    def close(self) -> None:
        with self._lock:
            while self._idle:
                self._idle.pop().close()


_children = _Children()


def extract_safely(document: Document, limits: Limits = Limits()) -> Extraction:
    """Read ``document`` in a child process.

    Parameters
    ----------
    document : Document
        Its ``path`` is the file to read.
    limits : Limits
        Memory, computing time and time until an answer.

    Raises
    ------
    ExtractError
        If the file cannot be read, or reading it crashes, hangs or needs more than the limits.
    ReaderError
        If no child can start, which is no fault of the file.
    """
    return _extraction(ask_child(document, {"task": "extract"}, limits))


def ask_child(document: Document, task: Mapping[str, Any], limits: Limits) -> dict[str, Any]:
    """Have a child do a task of :mod:`rlmap.corpus.extract.worker` and return its answer.

    Raises
    ------
    ExtractError
        If the file cannot be read, or the task crashes, hangs or needs more than the limits.
    InputError
        If the task asks for something that the document does not have.
    ReaderError
        If no child can start.
    """
    child = _children.take()
    try:
        answer = child.ask(document, task, limits)
    except _Lost as lost:
        child.close()
        name = document.member or document.path
        raise ExtractError(f"{name} was given up: its reader {lost}. The file is damaged or too large.") from lost
    except BaseException:
        child.close()
        raise
    _children.give_back(child)
    if "error" in answer:
        raise (InputError if answer["kind"] == "input" else ExtractError)(answer["error"])
    return answer


def close_children() -> None:
    """End the children that wait for work; the next document starts another."""
    _children.close()


def _extraction(answer: dict[str, Any]) -> Extraction:
    blocks = tuple(Block(start, end, kind, tuple(path), reason) for start, end, kind, path, reason in answer["blocks"])
    pages = tuple(Page(*page) for page in answer["pages"])
    plain = {key: answer[key] for key in ("document_id", "engine", "engine_version", "text", "text_sha256")}
    return Extraction(**plain, pages=pages, blocks=blocks)


def extract_all(
    documents: Iterable[Document],
    *,
    limits: Limits = Limits(),
    workers: int | None = None,
) -> Iterator[tuple[Document, Extraction | ExtractError]]:
    """Read many documents side by side; yield each with what was read, or why not, in order.

    ``workers`` is the number of children, by default that of the processor's cores.
    """
    count = workers or os.cpu_count() or 1
    waiting: deque[tuple[Document, Future[Extraction]]] = deque()
    with ThreadPoolExecutor(count) as pool:
        for document in documents:
            waiting.append((document, pool.submit(extract_safely, document, limits)))
            # A few results may wait for a slow one before them; all of them need not.
            if len(waiting) >= 8 * count:
                yield _result(*waiting.popleft())
        while waiting:
            yield _result(*waiting.popleft())


def _result(document: Document, future: Future[Extraction]) -> tuple[Document, Extraction | ExtractError]:
    try:
        return document, future.result()
    except ExtractError as error:
        return document, error
