"""Runs commands in this process, as the console script would, against one home."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from kidgate.cli import cli

NOW = "2026-11-23T16:00+07:00"  # a Monday


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


@dataclass
class Kidgate:
    home: Path
    env: dict[str, str] = field(default_factory=dict)

    def run(self, *arguments: object, now: str = NOW) -> Result:
        env = {"KIDGATE_HOME": str(self.home), "KIDGATE_CLOCK": now, **self.env}
        runner = CliRunner(env=env)
        result = runner.invoke(cli, [str(a) for a in arguments], prog_name="kidgate")
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    def __call__(self, *arguments: object, now: str = NOW) -> str:
        """What a command that succeeds prints."""
        result = self.run(*arguments, now=now)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: object, status: int = 0, now: str = NOW) -> Any:
        """Its answer with --json."""
        result = self.run(*arguments, "--json", now=now)
        assert result.exit_code == status, result.output
        return json.loads(result.stdout)

    def fails(self, status: int, *arguments: object, now: str = NOW) -> str:
        """The one message of a command that fails; nothing is on standard output."""
        result = self.run(*arguments, now=now)
        assert result.exit_code == status, result.output
        assert result.stdout == ""
        assert "Traceback" not in result.stderr
        return result.stderr

    def files(self) -> dict[str, bytes]:
        """Every file of the home, to prove that nothing changed; SQLite's own helpers aside."""
        return {
            str(path.relative_to(self.home)): path.read_bytes()
            for path in sorted(self.home.rglob("*"))
            if path.is_file() and not path.name.endswith(("-wal", "-shm", "writer.lock"))
        }

    @property
    def version(self) -> int:
        return int(self.json("policy", "export")["version"])
