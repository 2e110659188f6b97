"""Servers that stall, lie, break off, redirect or send something else."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import Request, Server, sha256
from rlmap.corpus.fetch_web import HostUnreachableError, WebLimits, fetch_web_file, web_client
from rlmap.corpus.hosts import check_address, unreachable_hosts
from rlmap.corpus.sniff import kind_of, wrong_kind
from rlmap.errors import FetchError

Serve = Callable[[Callable[[Request], None]], Server]
TEXT = b"# A page\n\n" + b"Words that explain something. " * 400
QUICK = WebLimits(connect_s=2, read_s=0.4, total_s=20, back_off_s=0.01)


def fetch(url: str, target: Path, *, known: bool = True, limits: WebLimits = QUICK, kind: str = "text/markdown") -> str:
    with web_client(limits) as client:
        return fetch_web_file(client, url, target, media_type=kind, hash_known=known, limits=limits)


def test_a_file_comes_whole_and_its_hash_is_returned(serve: Serve, tmp_path: Path) -> None:
    server = serve(lambda request: request.reply(TEXT))
    assert fetch(f"{server.url}/a.md", tmp_path / "a") == sha256(TEXT)
    assert (tmp_path / "a").read_bytes() == TEXT


def test_a_download_that_breaks_off_is_resumed_where_it_stopped(serve: Serve, tmp_path: Path) -> None:
    def answer(request: Request) -> None:
        if len(request.server.paths) == 1:
            request.send_response(200)
            request.send_header("Content-Length", str(len(TEXT)))
            request.end_headers()
            request.wfile.write(TEXT[:5000])
            request.wfile.flush()
            request.connection.shutdown(socket.SHUT_RDWR)
        else:
            request.reply_range(TEXT)

    server = serve(answer)
    assert fetch(f"{server.url}/a.md", tmp_path / "a") == sha256(TEXT)
    assert server.paths[1][1].startswith("bytes=")
    assert server.paths[1][1] != "bytes=0-"


def test_what_an_earlier_run_left_is_not_fetched_again(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT[:6000])
    server = serve(lambda request: request.reply_range(TEXT))
    assert fetch(f"{server.url}/a.md", tmp_path / "a") == sha256(TEXT)
    assert server.paths == [("/a.md", "bytes=6000-")]


def test_without_a_known_hash_an_old_beginning_is_not_trusted(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"another version" * 10)
    server = serve(lambda request: request.reply_range(TEXT))
    assert fetch(f"{server.url}/a.md", tmp_path / "a", known=False) == sha256(TEXT)
    assert server.paths == [("/a.md", "")]


def test_a_server_that_cannot_resume_is_asked_for_everything(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT + b"more than there is")
    server = serve(lambda request: request.reply(b"", 416) if request.headers.get("Range") else request.reply(TEXT))
    assert fetch(f"{server.url}/a.md", tmp_path / "a") == sha256(TEXT)


def test_a_server_that_sends_another_part_is_refused(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(TEXT[:6000])
    server = serve(lambda request: request.reply(TEXT[10:], 206, Content_Range=f"bytes 10-{len(TEXT) - 1}/{len(TEXT)}"))
    with pytest.raises(FetchError, match="another part"):
        fetch(f"{server.url}/a.md", tmp_path / "a")


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(serve: Serve, tmp_path: Path, status: int) -> None:
    server = serve(lambda r: r.reply(TEXT) if len(r.server.paths) == 3 else r.reply(b"", status, Retry_After="0"))
    assert fetch(f"{server.url}/a.md", tmp_path / "a") == sha256(TEXT)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_final_refusal_is_not_tried_again(serve: Serve, tmp_path: Path, status: int) -> None:
    server = serve(lambda request: request.reply(b"no", status))
    with pytest.raises(FetchError, match=str(status)):
        fetch(f"{server.url}/a.md", tmp_path / "a")
    assert len(server.paths) == 1


def test_a_server_that_stalls_is_given_up(serve: Serve, tmp_path: Path) -> None:
    def answer(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        request.wfile.write(b"x" * 100)
        request.wfile.flush()
        time.sleep(3)

    server = serve(answer)
    with pytest.raises(FetchError, match=r"stopped answering.*tried 3 times"):
        fetch(f"{server.url}/a.md", tmp_path / "a")


def test_a_server_that_drips_is_given_up_by_the_total_time(serve: Serve, tmp_path: Path) -> None:
    def answer(request: Request) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "100000")
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b"y" * 4096)
            request.wfile.flush()
            time.sleep(0.05)

    server = serve(answer)
    with pytest.raises(FetchError, match="longer than"):
        fetch(f"{server.url}/a.md", tmp_path / "a", limits=WebLimits(read_s=5, total_s=0.3))


def test_a_server_that_announces_more_than_it_sends_is_an_error(serve: Serve, tmp_path: Path) -> None:
    server = serve(lambda request: request.reply(TEXT, Content_Length=str(len(TEXT) + 999)))
    with pytest.raises(FetchError, match=r"broke|another part"):
        fetch(f"{server.url}/a.md", tmp_path / "a")


@pytest.mark.parametrize("announced", [True, False])
def test_a_file_that_is_too_large_is_refused(serve: Serve, tmp_path: Path, announced: bool) -> None:
    def answer(request: Request) -> None:
        if announced:
            request.reply(TEXT)
            return
        request.send_response(200)
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(TEXT)
        request.close_connection = True

    server = serve(answer)
    with pytest.raises(FetchError, match="larger than 4000 bytes"):
        fetch(f"{server.url}/a.md", tmp_path / "a", limits=WebLimits(max_bytes=4000))


def test_a_page_in_place_of_a_pdf_is_refused_and_not_kept(serve: Serve, tmp_path: Path) -> None:
    server = serve(lambda request: request.reply(b"<!DOCTYPE html><html><body>Please log in</body></html>"))
    with pytest.raises(FetchError, match="an HTML page came"):
        fetch(f"{server.url}/a.pdf", tmp_path / "a", kind="application/pdf")
    assert not (tmp_path / "a").exists()


def test_redirects_are_followed_within_the_first_server(serve: Serve, tmp_path: Path) -> None:
    server = serve(lambda r: r.reply(TEXT) if r.path == "/b.md" else r.reply(b"", 302, Location="/b.md"))
    assert fetch(f"{server.url}/a.md", tmp_path / "a") == sha256(TEXT)


def test_redirects_without_end_are_given_up(serve: Serve, tmp_path: Path) -> None:
    server = serve(lambda request: request.reply(b"", 302, Location="/again"))
    with pytest.raises(FetchError, match="more than 5 redirects"):
        fetch(f"{server.url}/a.md", tmp_path / "a")


@pytest.mark.parametrize(
    "target",
    [
        "file:///etc/passwd",
        "ftp://example.org/a",
        "http://127.0.0.1:1/a",
        "http://localhost/a",
        "http://10.0.0.1/a",
        "http://192.168.1.1/a",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a",
        "http://[::ffff:127.0.0.1]/a",
        "http://0.0.0.0/a",
    ],
)
def test_no_redirect_leads_to_a_file_or_a_private_address(serve: Serve, tmp_path: Path, target: str) -> None:
    server = serve(lambda request: request.reply(b"", 302, Location=target))
    with pytest.raises(FetchError, match="refused"):
        fetch(f"{server.url}/a.md", tmp_path / "a")


def test_a_public_address_is_allowed() -> None:
    check_address("https://8.8.8.8/a", "https://example.org/b")


def test_a_closed_port_is_told_from_a_server_that_fails(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(HostUnreachableError):
        fetch(f"http://127.0.0.1:{port}/a.md", tmp_path / "a")


def test_all_hosts_are_tried_at_once_and_only_the_dead_are_named(serve: Serve) -> None:
    server = serve(lambda request: request.reply(TEXT))
    dead = unreachable_hosts([f"{server.url}/a", f"{server.url}/b", "http://no-such-host.invalid/a"])
    assert list(dead) == ["no-such-host.invalid:80"]


def test_a_host_that_never_answers_counts_as_dead_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    def never_answer(*_: object, **__: object) -> None:
        over.wait(30)
        raise TimeoutError

    over = threading.Event()
    monkeypatch.setattr(socket, "create_connection", never_answer)
    dead = unreachable_hosts([f"http://host{n}.example.org/a" for n in range(5)], deadline_s=0.2)
    over.set()
    assert len(dead) == 5
    assert all("no answer within 0.2 s" in reason for reason in dead.values())


def test_a_host_that_accepts_connections_and_then_stays_silent_counts_as_dead() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/a"
        assert len(unreachable_hosts([url], deadline_s=0.5)) == 1
        assert unreachable_hosts([], connect_only=[url], deadline_s=0.5) == {}


@pytest.mark.parametrize(
    ("head", "media_type", "fits"),
    [
        (b"%PDF-1.7 ...", "application/pdf", True),
        (b"\n\njunk%PDF-1.4", "application/pdf", True),
        (b"hello", "application/pdf", False),
        (b"PK\x03\x04", "application/epub+zip", True),
        (b"<html>", "application/epub+zip", False),
        (b'  {"cells": []}', "application/x-ipynb+json", True),
        (b"print(1)", "application/x-ipynb+json", False),
        (b"# Title", "text/markdown", True),
        (b"<h1>Title</h1> in Markdown", "text/markdown", True),
        (b"<!-- c --><!DOCTYPE html>", "text/markdown", False),
        (b"\xef\xbb\xbf<html lang=en>", "text/x-rst", False),
        (b"<html>", "text/html", True),
        (b"", "text/markdown", False),
    ],
)
def test_a_file_is_judged_by_how_it_begins(head: bytes, media_type: str, fits: bool) -> None:
    assert (wrong_kind(head, media_type) == "") is fits


def test_a_kind_is_named_only_where_the_bytes_prove_it() -> None:
    assert kind_of(b"%PDF-1.5") == "application/pdf"
    assert kind_of(b"<!doctype html>") == "text/html"
    assert kind_of(b"# Title") is None
