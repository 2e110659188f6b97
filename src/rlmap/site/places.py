"""Where a file of the repository stands on the site, and how links between them are written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from pathlib import Path

#: Pages that stand outside ``docs/`` in the repository.
ADOPTED: dict[str, str] = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "corpus/README.md": "reference/corpus-files.md",
    "graph/README.md": "reference/map-files.md",
    "demos/README.md": "reference/demo-files.md",
}

#: Folders that have a page listing what is in them.
_FOLDERS = {"docs/adr": "adr/index.md", "corpus/handbook": "book/index.md"}
_ARTICLE = re.compile(r"corpus/handbook/[^/]+/([^/]+)\.md")
_LINK = re.compile(r"(\]\()([^)\s#]+)(#[^)\s]*)?(\))")
_CODE = re.compile(r"(^```.*?^```[^\n]*$|``.+?``|`[^`\n]+`)", re.DOTALL | re.MULTILINE)


def site_place(repo_path: str) -> str:
    """Return where a file or folder of the repository stands on the site.

    Other files than pages are copied below ``files/``, under their own path.
    """
    if repo_path in ADOPTED:
        return ADOPTED[repo_path]
    if repo_path in _FOLDERS:
        return _FOLDERS[repo_path]
    article = _ARTICLE.fullmatch(repo_path)
    if article:
        return f"book/{article.group(1)}.md"
    if repo_path.startswith("docs/"):
        return repo_path.removeprefix("docs/")
    return f"files/{repo_path}"


def repo_place(site_path: str) -> str:
    """Return which file of the repository a hand-written page of the site is."""
    adopted = {site: repo for repo, site in ADOPTED.items()}
    return adopted.get(site_path, f"docs/{site_path}")


def link_between(here: str, there: str) -> str:
    """Return the relative link from one page of the site to another place on it."""
    return posixpath.relpath(there, posixpath.dirname(here) or ".")


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply ``change`` to everything in a Markdown text but its code."""
    pieces = _CODE.split(text)
    pieces[::2] = [change(piece) for piece in pieces[::2]]
    return "".join(pieces)


def relink(markdown: str, site_path: str, root: Path) -> str:
    """Rewrite the links of a hand-written page for its place on the site.

    Links to folders without a page of their own become plain text; addresses, anchors and links
    that lead nowhere are left as they are, for MkDocs to judge.
    """
    base = posixpath.dirname(repo_place(site_path))

    def changed(found: re.Match[str]) -> str:
        target = found.group(2)
        if ":" in target:
            return found.group()
        repo_path = posixpath.normpath(posixpath.join(base, target))
        if repo_path.startswith("..") or not (root / repo_path).exists():
            return found.group()
        link = link_between(site_path, site_place(repo_path))
        return found.group(1) + link + (found.group(3) or "") + found.group(4)

    return outside_code(markdown, lambda piece: _LINK.sub(changed, piece))


def linked_files(markdown: str, site_path: str, root: Path) -> set[str]:
    """Return the files of the repository, other than pages, that a hand-written page links to."""
    base = posixpath.dirname(repo_place(site_path))
    paths: set[str] = set()

    def note(piece: str) -> str:
        targets = (match.group(2) for match in _LINK.finditer(piece) if ":" not in match.group(2))
        paths.update(posixpath.normpath(posixpath.join(base, target)) for target in targets)
        return piece

    outside_code(markdown, note)
    return {path for path in paths if (root / path).is_file() and site_place(path).startswith("files/")}
