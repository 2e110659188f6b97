"""Archives that are not trusted."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rlmap.corpus.archive import ArchiveLimits, matches, read_members
from rlmap.errors import FetchError

TarGz = Callable[[Mapping[str, bytes]], bytes]


def read(path: Path, *include: str, **options: object) -> dict[str, bytes]:
    return {member.name: member.data for member in read_members(path, include or ("**",), **options)}  # type: ignore[arg-type]


def zipped(path: Path, members: Mapping[str, bytes], **options: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_wanted_members_of_a_source_distribution_lose_the_top_folder(tmp_path: Path, tar_gz: TarGz) -> None:
    path = tmp_path / "p-1.0.tar.gz"
    path.write_bytes(tar_gz({"p-1.0/docs/a.md": b"A", "p-1.0/p/b.py": b"B", "p-1.0/c.txt": b"C"}))
    assert read(path, "docs/*.md", "p/**/*.py") == {"docs/a.md": b"A", "p/b.py": b"B"}


def test_a_wheel_keeps_its_paths(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p-1.0-py3-none-any.whl", {"p/a.py": b"A", "p/b.py": b"B"})
    assert read(path, "p/*.py") == {"p/a.py": b"A", "p/b.py": b"B"}


def test_exclude_is_stronger_than_include(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.whl", {"p/a.py": b"A", "p/tests/b.py": b"B"})
    assert read(path, "**/*.py", exclude=("**/tests/**",)) == {"p/a.py": b"A"}


@pytest.mark.parametrize("name", ["../evil.md", "p/../../evil.md", "/etc/evil.md", "C:/evil.md", "p\\..\\evil.md"])
def test_a_path_that_leaves_the_archive_is_refused(tmp_path: Path, tar_gz: TarGz, name: str) -> None:
    tar = tmp_path / "p.tar.gz"
    tar.write_bytes(tar_gz({"p/a.md": b"A", name: b"evil"}))
    whl = zipped(tmp_path / "p.whl", {"p/a.md": b"A", name: b"evil"})
    for path in (tar, whl):
        with pytest.raises(FetchError, match="outside its folder"):
            read(path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "p.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("p/a.md")
        info.type = kind
        info.linkname = "/etc/passwd"
        archive.addfile(info)
    with pytest.raises(FetchError, match="link or a device"):
        read(path)


def test_a_link_in_a_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.whl"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("p/a.md")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    with pytest.raises(FetchError, match="link"):
        read(path)


def test_a_tar_bomb_is_refused_even_where_its_members_are_not_wanted(tmp_path: Path, tar_gz: TarGz) -> None:
    path = tmp_path / "p.tar.gz"
    path.write_bytes(tar_gz({"p/zeros": bytes(40 * 2**20), "p/a.md": b"A"}))
    assert path.stat().st_size < 2**17
    with pytest.raises(FetchError, match="unpacks to far more"):
        read(path, "a.md")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.whl", {"p/zeros.md": bytes(40 * 2**20)})
    with pytest.raises(FetchError, match="unpacks to"):
        read(path)


def test_a_zip_that_lies_about_sizes_is_refused(tmp_path: Path) -> None:
    path = zipped(tmp_path / "p.whl", {"p/a.md": b"A" * 5000})
    data = bytearray(path.read_bytes())
    size = (5000).to_bytes(4, "little")
    lie = (50).to_bytes(4, "little")
    path.write_bytes(bytes(data).replace(size, lie))
    with pytest.raises(FetchError, match="damaged"):
        read(path)


def test_limits_bound_the_number_and_the_size_of_members(tmp_path: Path, tar_gz: TarGz) -> None:
    path = tmp_path / "p.tar.gz"
    path.write_bytes(tar_gz({f"p/{n}.md": bytes([n]) * 100 for n in range(20)}))
    for limits in (ArchiveLimits(members=10), ArchiveLimits(member_bytes=50), ArchiveLimits(total_bytes=1000)):
        with pytest.raises(FetchError, match="refused"):
            read(path, limits=limits)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("p/A.md", "one")
        archive.writestr("p/a.md", "two")
    with pytest.raises(FetchError, match="twice"):
        read(path)


@given(cut=st.integers(0, 400), flips=st.lists(st.tuples(st.integers(0, 399), st.integers(1, 255)), max_size=8))
def test_a_damaged_archive_is_refused_or_read_but_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, cut: int, flips: list[tuple[int, int]]
) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("p/a.md")
        info.size = 600
        archive.addfile(info, io.BytesIO(bytes(range(200)) * 3))
    data = bytearray(buffer.getvalue())
    for position, change in flips:
        data[position % len(data)] ^= change
    for suffix in (".tar.gz", ".whl"):
        path = tmp_path_factory.mktemp("damaged") / f"p{suffix}"
        path.write_bytes(data[: len(data) - min(cut, len(data))])
        try:
            members = read(path)
        except FetchError:
            continue
        assert all(".." not in name and not name.startswith("/") for name in members)


@given(st.lists(st.sampled_from(["a", "b", "c.md", "d.py"]), min_size=1, max_size=4).map("/".join))
def test_globs_agree_with_a_plain_reading_of_the_path(name: str) -> None:
    parts = name.split("/")
    assert matches(name, ["**"])
    assert matches(name, ["**/*.md"]) == parts[-1].endswith(".md")
    assert matches(name, ["*"]) == (len(parts) == 1)
    assert matches(name, ["a/**/*.py"]) == (len(parts) > 1 and parts[0] == "a" and parts[-1].endswith(".py"))
    assert not matches(name, ["**"], exclude=["**"])


def test_gzip_that_holds_no_tar_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "p.tar.gz"
    path.write_bytes(gzip.compress(b"not a tar archive at all" * 100))
    with pytest.raises(FetchError, match="damaged"):
        read(path)
