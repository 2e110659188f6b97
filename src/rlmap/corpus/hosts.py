"""Which hosts can be reached, and which addresses must not be followed.

Without the open internet a lookup or a connection can hang for minutes. So every host is tried
once, all of them at the same time, and what has not answered by a short deadline counts as
unreachable for this run.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import threading
import time
from collections.abc import Iterable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from rlmap.errors import FetchError

#: All unreachable hosts together cost a run no more than this.
PROBE_DEADLINE_S = 3.0


def host_of(url: str) -> str:
    """Return ``host:port`` of an address."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}:{_port(url)}"


def unreachable_hosts(urls: Iterable[str], deadline_s: float = PROBE_DEADLINE_S) -> dict[str, str]:
    """Return the hosts of ``urls`` that do not accept a connection, each with the reason.

    Where a proxy is configured for an address, the proxy is tried in place of the host.
    """
    endpoints = {host_of(url): _endpoint(url) for url in urls}
    answers: queue.Queue[tuple[str, str]] = queue.Queue()
    for host, endpoint in endpoints.items():
        # Daemon threads: a lookup that hangs in the resolver must not hold up the end of the program.
        threading.Thread(target=_probe, args=(host, endpoint, deadline_s, answers), daemon=True).start()
    outcome: dict[str, str] = {}
    until = time.monotonic() + deadline_s
    while len(outcome) < len(endpoints):
        try:
            host, reason = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        outcome[host] = reason
    silent = f"no answer within {deadline_s:g} s"
    return {host: outcome.get(host, silent) for host in endpoints if outcome.get(host, silent)}


def check_address(url: str, first_url: str) -> None:
    """Refuse an address that a server must not send us to.

    Parameters
    ----------
    url : str
        Where to go next.
    first_url : str
        What the manifest or the user named. Its own host is allowed whatever it is, so that a
        user may fetch from a server of their own.

    Raises
    ------
    FetchError
        If ``url`` is not http or https, or leads to a private, loopback or reserved address.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FetchError(f"{url} is refused: only http and https addresses are fetched.")
    if host_of(url) == host_of(first_url):
        return
    for address in _addresses(parts.hostname):
        if not address.is_global:
            raise FetchError(f"{url} is refused: a redirect leads to {address}, which is not a public address.")


def _addresses(hostname: str) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(hostname, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []  # The request itself will say that the host cannot be found.
    addresses = [ipaddress.ip_address(str(item[4][0]).partition("%")[0]) for item in found]
    mapped = [getattr(address, "ipv4_mapped", None) for address in addresses]
    return [inner or outer for inner, outer in zip(mapped, addresses, strict=True)]


def _endpoint(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    proxy = None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)
    target = urlsplit(proxy) if proxy else parts
    return target.hostname or "", _port(proxy or url)


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)


def _probe(host: str, endpoint: tuple[str, int], timeout_s: float, answers: queue.Queue[tuple[str, str]]) -> None:
    try:
        socket.create_connection(endpoint, timeout=timeout_s).close()
    except (OSError, UnicodeError) as error:
        answers.put((host, getattr(error, "strerror", None) or str(error) or type(error).__name__))
    else:
        answers.put((host, ""))
