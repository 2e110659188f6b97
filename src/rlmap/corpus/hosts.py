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

import httpx

from rlmap.corpus.known_hosts import host_of, port_of
from rlmap.errors import FetchError

#: All unreachable hosts together cost a run no more than this.
PROBE_DEADLINE_S = 3.0


def unreachable_hosts(
    urls: Iterable[str], connect_only: Iterable[str] = (), deadline_s: float = PROBE_DEADLINE_S
) -> dict[str, str]:
    """Return the hosts of both kinds of addresses that do not answer, each with the reason.

    Every host has to accept a connection; where a proxy is configured for an address, the proxy
    has to. The host of an https address among ``urls`` has to answer one small request besides,
    because firewalls and proxies accept a connection and then stay silent.
    """
    asked = {host_of(url): url for url in urls}
    hosts = {**{host_of(url): url for url in connect_only}, **asked}
    answers: queue.Queue[tuple[str, str]] = queue.Queue()
    for host, url in hosts.items():
        # Daemon threads: a lookup that hangs in the resolver must not hold up the end of the program.
        arguments = (url, host in asked, deadline_s, answers)
        threading.Thread(target=_probe, args=arguments, daemon=True).start()
    outcome: dict[str, str] = {}
    until = time.monotonic() + deadline_s
    while len(outcome) < len(hosts):
        try:
            host, reason = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            break
        outcome[host] = reason
    silent = f"no answer within {deadline_s:g} s"
    return {host: outcome.get(host, silent) for host in hosts if outcome.get(host, silent)}


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
    return target.hostname or "", port_of(proxy or url)


def _probe(url: str, ask: bool, timeout_s: float, answers: queue.Queue[tuple[str, str]]) -> None:
    try:
        socket.create_connection(_endpoint(url), timeout=timeout_s).close()
        if ask and urlsplit(url).scheme == "https":
            httpx.head(url, timeout=timeout_s, follow_redirects=False)
    except (OSError, UnicodeError, httpx.HTTPError, httpx.InvalidURL) as error:
        answers.put((host_of(url), getattr(error, "strerror", None) or str(error) or type(error).__name__))
    else:
        answers.put((host_of(url), ""))
