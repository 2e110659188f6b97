"""The guide knows every command and every option, and names nothing that does not exist."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from rlmap.cli.main import cli

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide"


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            if command.invoke_without_command:
                yield " ".join((*above, name)), command
            yield from commands(command, *above, name)
        else:
            yield " ".join((*above, name)), command


def sections() -> dict[str, str]:
    """The text of commands.md by command."""
    pieces = re.split(
        r"^### `rlmap ([^`]+)`\n", (GUIDE / "commands.md").read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


@pytest.mark.parametrize(("name", "command"), list(commands(cli, "rlmap")))
def test_a_command_is_documented_with_its_options(name: str, command: click.Command) -> None:
    text = sections().get(name.removeprefix("rlmap "))
    assert text is not None, f"docs/guide/commands.md has no section for {name}"
    options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    missing = {option for option in options - {"--json"} if f"`{option}" not in text and f" {option} " not in text}
    assert not missing, f"the section of {name} does not mention {', '.join(sorted(missing))}"


def test_only_commands_that_exist_are_documented() -> None:
    known = {name.removeprefix("rlmap ") for name, _ in commands(cli, "rlmap")}
    assert set(sections()) <= known


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda page: page.name)
def test_examples_name_commands_and_options_that_exist(page: Path) -> None:
    known = dict(commands(cli, "rlmap"))
    for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE):
        for line in block.splitlines():
            words = line.partition(" #")[0].split()
            if words[:1] != ["rlmap"]:
                continue
            name = next((n for n in (" ".join(words[:3]), " ".join(words[:2])) if n in known), None)
            assert name, f"{page.name}: {line}"
            options = {option for parameter in known[name].params for option in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= options, f"{page.name}: {line}"


@pytest.mark.parametrize("page", sorted(GUIDE.glob("*.md")), ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
