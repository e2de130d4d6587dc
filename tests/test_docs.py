"""The generated pages are what the program says today, and it says something about everything."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from types import ModuleType

import click
import pytest

from kidgate.cli import cli
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands(group: click.Group, path: str) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{path} {name}", command
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")


ALL = dict(commands(cli, "kidgate"))


def test_generated_pages_are_of_today(generate: ModuleType) -> None:
    for name, page in generate.PAGES.items():
        said = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert said == page(), f"docs/{name} is stale; run make docs"


@pytest.mark.parametrize("path", ALL)
def test_command_has_help_and_so_has_each_option(path: str, generate: ModuleType) -> None:
    command = ALL[path]
    assert command.help
    for option in (p for p in command.params if isinstance(p, click.Option)):
        assert option.help, option.opts
    assert f"# {path}\n" in generate.cli_page()


@pytest.mark.parametrize("path", ALL)
def test_short_help_is_a_whole_sentence_when_listed(path: str) -> None:
    """An ending in dots tells nobody anything."""
    assert not ALL[path].get_short_help_str(limit=66).endswith("...")


@pytest.mark.parametrize("path", [p for p, c in ALL.items() if not isinstance(c, click.Group)])
def test_every_command_answers_in_json_when_asked(path: str) -> None:
    assert "json" in [param.name for param in ALL[path].params]
