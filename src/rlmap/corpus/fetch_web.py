"""Fetching one file over http(s), from a server that may stall, lie or send something else.

Public functions
----------------
``fetch_web_file(client, url, target, ...) -> str``
    Download to ``target``, resuming what an earlier try left there; returns the sha256.
``web_client() -> httpx.Client``
    A client with the time-outs and the name that rlmap uses.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import httpx

from rlmap.corpus.files import sha256_of
from rlmap.corpus.hosts import check_address
from rlmap.corpus.sniff import HEAD_BYTES, wrong_kind
from rlmap.errors import FetchError

USER_AGENT = "rlmap (reads openly available texts for personal study; one request at a time per file)"


@dataclass(frozen=True, slots=True)
class WebLimits:
    """How long and how much a server may send.

    ``read_s`` is the longest silence, ``total_s`` the longest download of one file with all its
    tries, ``max_bytes`` the largest file.
    """

    connect_s: float = 5.0
    read_s: float = 20.0
    total_s: float = 600.0
    max_bytes: int = 256 * 2**20
    tries: int = 3
    back_off_s: float = 0.5
    redirects: int = 5


class HostUnreachableError(FetchError):
    """No connection to the host could be made; asking it for other files is useless."""


class _TryAgainError(Exception):
    """A failure that may pass: ``wait_s`` is what the server asked for, 0 for our own choice."""

    def __init__(self, reason: str, wait_s: float = 0.0) -> None:
        super().__init__(reason)
        self.wait_s = wait_s


def web_client(limits: WebLimits | None = None) -> httpx.Client:
    """Return a client that follows no redirect by itself (each one is checked first)."""
    limits = limits or WebLimits()
    timeout = httpx.Timeout(limits.read_s, connect=limits.connect_s)
    # A compressed transfer would make lengths and resumed ranges mean something else.
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    return httpx.Client(timeout=timeout, headers=headers, follow_redirects=False)


def fetch_web_file(
    client: httpx.Client,
    url: str,
    target: Path,
    *,
    media_type: str,
    hash_known: bool,
    limits: WebLimits | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Download ``url`` to ``target`` and return the sha256 of the whole file.

    Parameters
    ----------
    client : httpx.Client
        See :func:`web_client`.
    url : str
        http or https. Redirects are followed only to public addresses.
    target : Path
        A temporary file. Where the caller knows the hash, what ``target`` already holds is taken
        as the beginning of the file and only the rest is asked for.
    media_type : str
        What is expected; a file that begins as something else is refused.
    hash_known : bool
        Whether the caller will compare the result with a known hash. Without one, only a file
        with the same entity tag is resumed, because two halves could belong to two versions.
    limits : WebLimits, optional
    sleep : callable
        How to wait between tries, seconds.

    Raises
    ------
    HostUnreachableError
        If there is no connection to the host.
    FetchError
        If the file does not come for another reason: the message says why.
    """
    limits = limits or WebLimits()
    if not hash_known:
        target.unlink(missing_ok=True)
    until = time.monotonic() + limits.total_s
    download = _Download(client, url, target, media_type, hash_known, limits, until)
    for attempt in range(limits.tries):
        try:
            download.try_once()
        except _TryAgainError as error:
            wait_s = max(error.wait_s, limits.back_off_s * 2**attempt)
            if attempt == limits.tries - 1 or time.monotonic() + wait_s > until:
                raise FetchError(f"{url}: {error} (tried {attempt + 1} times).") from error
            sleep(wait_s)
        else:
            break
    return sha256_of(target)


@dataclass(slots=True)
class _Download:
    """One file on its way, over as many tries as it takes."""

    client: httpx.Client
    url: str
    target: Path
    media_type: str
    hash_known: bool
    limits: WebLimits
    until: float
    tag: str = ""

    def try_once(self) -> None:
        """Ask for what is missing; raise :class:`_TryAgainError` where that may help."""
        have = self.target.stat().st_size if self.target.exists() and (self.hash_known or self.tag) else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        if have and self.tag:
            headers["If-Range"] = self.tag
        try:
            with contextlib.closing(self._open(headers)) as response:
                if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                    self.target.unlink(missing_ok=True)
                    raise _TryAgainError("the server has less of the file than was fetched before")
                _check_status(response)
                resumed = response.status_code == httpx.codes.PARTIAL_CONTENT
                if resumed and not response.headers.get("content-range", "").startswith(f"bytes {have}-"):
                    raise FetchError(f"{self.url}: the server sent another part of the file than was asked for.")
                etag = response.headers.get("etag", "")
                self.tag = "" if etag.startswith("W/") else etag
                self._receive(response, have if resumed else 0)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise HostUnreachableError(f"{self.url}: the host cannot be reached ({error}).") from error
        except httpx.TimeoutException as error:
            raise _TryAgainError("the server stopped answering") from error
        except httpx.TransportError as error:
            raise _TryAgainError(f"the connection broke ({error})") from error
        except (httpx.InvalidURL, httpx.DecodingError) as error:
            raise FetchError(f"{self.url}: {error}.") from error

    def _open(self, headers: dict[str, str]) -> httpx.Response:
        """Send the request, follow checked redirects, and return the open response."""
        here = self.url
        for _ in range(self.limits.redirects + 1):
            check_address(here, self.url)
            response = self.client.send(self.client.build_request("GET", here, headers=headers), stream=True)
            if not response.is_redirect:
                return response
            here = urljoin(here, response.headers.get("location", ""))
            response.close()
        raise FetchError(f"{self.url}: more than {self.limits.redirects} redirects.")

    def _receive(self, response: httpx.Response, have: int) -> None:
        announced = response.headers.get("content-length", "")
        if announced.isdigit() and have + int(announced) > self.limits.max_bytes:
            raise FetchError(f"{self.url}: the file is larger than {self.limits.max_bytes} bytes.")
        size, judged = have, have >= HEAD_BYTES
        with self.target.open("ab" if have else "wb") as stream:
            for block in response.iter_bytes():
                size += len(block)
                if size > self.limits.max_bytes:
                    raise FetchError(f"{self.url}: the file is larger than {self.limits.max_bytes} bytes.")
                stream.write(block)
                if not judged and size >= HEAD_BYTES:
                    stream.flush()
                    self._judge()
                    judged = True
                if time.monotonic() > self.until:
                    raise FetchError(f"{self.url}: the download took longer than {self.limits.total_s:g} s.")
        if not judged:
            self._judge()

    def _judge(self) -> None:
        with self.target.open("rb") as stream:
            reason = wrong_kind(stream.read(HEAD_BYTES), self.media_type)
        if reason:
            self.target.unlink()
            raise FetchError(f"{self.url}: {reason}.")


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise _TryAgainError(f"the server answers {status}", _retry_after_s(response))
    if status not in {httpx.codes.OK, httpx.codes.PARTIAL_CONTENT}:
        raise FetchError(f"{response.url}: the server answers {status} {response.reason_phrase}.")


def _retry_after_s(response: httpx.Response, longest_s: float = 30.0) -> float:
    value = response.headers.get("retry-after", "")
    return min(float(value), longest_s) if value.isdigit() else 0.0
