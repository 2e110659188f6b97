"""Fetching files of packages from the package index that pip is configured with.

No build backend is run and nothing is installed: the exact file that the manifest names is
downloaded and its hash compared.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import requests
from pypi_simple import PYPI_SIMPLE_ENDPOINT, NoSuchProjectError, PyPISimple, UnsupportedContentTypeError
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from rlmap.corpus.files import sha256_of
from rlmap.errors import FetchError
from rlmap.types import PackageFile

CONNECT_S = 5.0
READ_S = 30.0
MAX_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """The package indexes to ask, in order, and how to trust them."""

    urls: tuple[str, ...]
    certificates: str | None = None


def index_config() -> IndexConfig:
    """Return what pip is configured with (files and environment), else pip's own default.

    Indexes that are folders of this machine (``file:``) are left out: ``--mirror`` reads folders.
    """
    pip = _pip_settings()
    urls = [pip.get("index-url") or PYPI_SIMPLE_ENDPOINT, *pip.get("extra-index-url", "").split()]
    web = tuple(dict.fromkeys(url for url in urls if urlsplit(url).scheme in {"http", "https"}))
    return IndexConfig(web, pip.get("cert"))


def fetch_package_file(package: PackageFile, target: Path, config: IndexConfig, size_limit: int = MAX_BYTES) -> str:
    """Download one file of a package to ``target`` and return its sha256.

    Raises
    ------
    FetchError
        If no index has the file, or it could not be downloaded whole.
    """
    reasons = []
    for url in config.urls:
        try:
            _download(package, target, url, config.certificates, size_limit)
        except (requests.RequestException, NoSuchProjectError, UnsupportedContentTypeError, FetchError) as error:
            reasons.append(f"{without_secrets(url)}: {_plain(error)}")
        else:
            return sha256_of(target)
    raise FetchError(f"{package.filename} could not be fetched ({'; '.join(reasons) or 'no index is configured'}).")


def without_secrets(url: str) -> str:
    """Return an address without the user name and password that may stand in it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _download(package: PackageFile, target: Path, index_url: str, certificates: str | None, size_limit: int) -> None:
    with requests.Session() as session, PyPISimple(index_url, session=session) as client:
        if certificates:
            session.verify = certificates
        # Connections are not retried: an index that cannot be reached is found out once, before.
        retry = Retry(total=3, connect=0, backoff_factor=0.5, status_forcelist=(429, 500, 502, 503, 504))
        session.mount("https://", HTTPAdapter(max_retries=retry))
        session.mount("http://", HTTPAdapter(max_retries=retry))
        page = client.get_project_page(package.package, timeout=(CONNECT_S, READ_S))
        found = next((file for file in page.packages if file.filename == package.filename), None)
        if found is None:
            raise FetchError(f"the index has no file {package.filename}")
        if (found.size or 0) > size_limit:
            raise FetchError(f"{package.filename} is larger than {size_limit} bytes")
        with session.get(found.url, stream=True, timeout=(CONNECT_S, READ_S)) as response:
            response.raise_for_status()
            _write_stream(response, target, size_limit)


def _write_stream(response: requests.Response, target: Path, size_limit: int) -> None:
    size = 0
    with target.open("wb") as stream:
        for block in response.iter_content(2**18):
            size += len(block)
            if size > size_limit:
                raise FetchError(f"the file is larger than {size_limit} bytes")
            stream.write(block)


def _pip_settings() -> Mapping[str, str]:
    """Read ``pip config list``; the environment is more important than any file."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  (fixed words)
    settings: dict[str, str] = {}
    ranks: dict[str, int] = {}
    for line in done.stdout.splitlines():
        name, separator, value = line.partition("=")
        section, _, key = name.rpartition(".")
        rank = {"global": 1, "install": 2, "download": 2, ":env:": 3}.get(section, 0)
        if separator and rank >= ranks.get(key, 1):
            settings[key] = value.strip().strip("'\"")
            ranks[key] = rank
    if done.returncode != 0:  # There is no pip here; its variables may still say which index to use.
        names = {"index-url": "PIP_INDEX_URL", "extra-index-url": "PIP_EXTRA_INDEX_URL", "cert": "PIP_CERT"}
        settings = {key: os.environ[name] for key, name in names.items() if os.environ.get(name)}
    return settings


def _plain(error: Exception) -> str:
    if isinstance(error, NoSuchProjectError):
        return "it does not have this package"
    if isinstance(error, requests.Timeout):
        return "it did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "it cannot be reached"
    return without_secrets(str(error)) if "://" not in str(error) else type(error).__name__
