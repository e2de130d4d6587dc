"""Write the generated pages of docs/ anew; with --check, fail when one is stale.

`cli.md` comes from the commands themselves: what `--help` says is what the page says.
`openapi.json` comes from the acts of the dashboard: what the API takes and gives.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

import click

from kidgate.cli import cli
from kidgate.console.command import shared_options
from kidgate.dashboard import acts
from kidgate.dashboard.api.openapi import describe
from kidgate.dashboard.gate import ACTS

VERSION = version("kidgate")
FOLDER = Path(__file__).resolve().parent
HEAD = """# The commands of kidgate

Written by `make docs` from the program's own help; do not edit.

{about}

Every command takes these, before or after its name:

{shared}

What people type:

- SCOPE: a child's key (`mai`), `tier:9-12`, `group:8A`, `device:tablet`, or `everyone`.
- TARGET: `example.com` (with its subdomains), `=example.com` (that host alone), `example.com/path`,
  `192.0.2.0/24`, `service:tiktok`, `category:games`, `type:video/*`, `term:word`.
- TIME: `+2h`, `21:30` and `today` in the house's zone, `2026-11-23`, `2026-11-23T21:30+07:00`,
  `forever`; where it lies in the past, `7d` is seven days ago.
- SCHEDULE: `mon-fri 07:00-12:00,13:30-17:00 except holidays; sat 08:00-11:00`. A window whose end
  comes before its start reaches into the next day. `in term` and `out of term` hold by the school
  terms of `kidgate term`, `holidays` by `kidgate holiday`; `from` and `to` take dates.
- CLASS: a group's key (`8A`), or a child's.
"""
SHARED = {option.name for option in shared_options()}


def cli_page() -> str:
    """docs/cli.md."""
    shared = "\n".join(_option(click.Context(cli), option) for option in shared_options())
    root = click.Context(cli, info_name="kidgate")
    parts = [HEAD.format(about=_help(cli), shared=shared)]
    return "\n".join([*parts, *_sections(root, cli)]).rstrip() + "\n"


def _sections(context: click.Context, group: click.Group) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.commands[name]
        below = click.Context(command, info_name=name, parent=context)
        if isinstance(command, click.Group):
            yield f"## {below.command_path}\n\n{_help(command)}\n"
            yield from _sections(below, command)
        else:
            level = "##" if context.parent is None else "###"
            yield f"{level} {below.command_path}\n\n{_body(below, command)}\n"


def _body(context: click.Context, command: click.Command) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    own = [p for p in command.params if isinstance(p, click.Option) and p.name not in SHARED]
    options = "\n".join(_option(context, option) for option in own)
    parts = [f"    {usage}", _help(command), options]
    return "\n\n".join(part for part in parts if part)


def _option(context: click.Context, option: click.Option) -> str:
    record = option.get_help_record(context)
    assert record is not None
    return f"- `{record[0]}`: {' '.join(record[1].split())}"


def _help(command: click.Command) -> str:
    return inspect.cleandoc(command.help or "").replace("\b\n", "")


def api_page() -> str:
    """docs/openapi.json."""
    acts.load()
    return json.dumps(describe(ACTS.values(), VERSION), indent=1, ensure_ascii=False) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {"cli.md": cli_page, "openapi.json": api_page}


def main(arguments: list[str]) -> int:
    """0 all is well, 1 a page was stale (with --check)."""
    stale = [name for name, page in PAGES.items() if _read(FOLDER / name) != page()]
    for name in stale:
        if "--check" in arguments:
            print(f"docs/{name} is stale; run make docs", file=sys.stderr)
        else:
            (FOLDER / name).write_text(PAGES[name](), encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
