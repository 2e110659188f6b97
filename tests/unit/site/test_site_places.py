"""Links between files of the repository keep their meaning on the site."""

from __future__ import annotations

from pathlib import Path

import pytest

from rlmap.site.places import link_between, linked_files, relink, site_place


@pytest.mark.parametrize(
    ("repo", "site"),
    [
        ("README.md", "index.md"),
        ("docs/guide/tour.md", "guide/tour.md"),
        ("docs/adr", "adr/index.md"),
        ("corpus/handbook/core-rl/return.md", "book/return.md"),
        ("demos/discount-factor/demo.toml", "files/demos/discount-factor/demo.toml"),
    ],
)
def test_every_file_has_one_place(repo: str, site: str) -> None:
    assert site_place(repo) == site


def test_links_are_relative() -> None:
    assert link_between("book/ppo.md", "sources.md") == "../sources.md"
    assert link_between("index.md", "guide/tour.md") == "guide/tour.md"


def test_links_are_rewritten_but_not_in_code(root: Path) -> None:
    page = (
        "See [README](../../README.md#start), [a concept](../../corpus/handbook/core-rl/return.md), "
        "[a demo](../../demos/discount-factor/demo.toml), [elsewhere](https://example.org) and [below](#below).\n"
        "`[kept](../../README.md)`\n```\n[kept](../../README.md)\n```\n"
    )
    changed = relink(page, "guide/tour.md", root)
    assert "[README](../index.md#start)" in changed
    assert "[a concept](../book/return.md)" in changed
    assert "[a demo](../files/demos/discount-factor/demo.toml)" in changed
    assert "[elsewhere](https://example.org) and [below](#below)" in changed
    assert changed.count("[kept](../../README.md)") == 2
    assert linked_files(page, "guide/tour.md", root) == {"demos/discount-factor/demo.toml"}


def test_a_link_out_of_the_repository_is_left_for_mkdocs_to_report(root: Path) -> None:
    page = "[nowhere](../../../secret.md) [missing](../missing.md)"
    assert relink(page, "guide/tour.md", root) == page
    assert linked_files(page, "guide/tour.md", root) == set()
