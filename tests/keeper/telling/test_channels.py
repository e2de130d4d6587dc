from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from kidgate.keeper import commands
from kidgate.keeper.errors import from_json, to_json
from kidgate.keeper.telling import channels as ops
from kidgate.keeper.telling.channels import BadChannel
from kidgate.keeper.telling.sender import Job
from kidgate.keeper.writer import Writer
from kidgate.store.columns import Base
from tests.keeper.telling.stand import Clock, add, channels, house

SECRET = "s3cr3t-t0ken"
BY = {"user": "mẹ", "role": "owner", "address": "127.0.0.1"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """What the sending process is asked; it finds everything well."""
    jobs: list[Job] = []

    def send(found: Sequence[Job], *, seconds: float = 0) -> dict[int, str]:
        jobs.extend(found)
        return {job.id: "" for job in found}

    monkeypatch.setattr(ops, "send", send)
    return jobs


@pytest.fixture
def writer(tmp_path: Path, asked: list[Job]) -> Iterator[Writer]:
    with house(tmp_path, Clock()) as found:
        yield found


def test_channel_is_added_changed_tried_and_removed(writer: Writer, asked: list[Job]) -> None:
    answer = add(writer, url=f"json://host.example/{SECRET}", severity="warning", by=BY)
    assert answer == {"id": 1, "name": "phone", "address": "json://…"}
    given = {"kinds": ["self_harm", "digest"], "quiet": "daily 22:00-06:00", "hourly": 3}
    commands.run(writer, "channel.change", {"name": "phone", "set": given, "by": BY})
    (row,) = channels(writer)
    assert (row.severity, row.hourly, row.kinds) == ("warning", 3, ("self_harm", "digest"))
    assert commands.run(writer, "channel.test", {"name": "phone"}) == {"name": "phone", "fault": ""}
    assert asked[-1].text.startswith("Đây là tin thử")
    commands.run(writer, "channel.remove", {"name": "phone", "by": BY})
    assert channels(writer) == []
    with writer.database.reading() as session:
        audit = session.execute(Base.metadata.tables["audit"].select()).all()
    assert len(audit) == 3
    assert SECRET not in repr(audit)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ({"name": ""}, "needs a name"),
        ({"url": f"no address {SECRET}"}, "the address is none"),
        ({"url": f"syslog://{SECRET}"}, "stays on this machine"),
        ({"user": "nobody"}, "no user is called `nobody`"),
        ({"kinds": ["adverts"]}, "nobody is told of `adverts`"),
        ({"severity": "grave"}, "is no severity"),
        ({"quiet": "at night"}, "the quiet hours"),
        ({"language": "fr"}, "write vi or en"),
        ({"hourly": 0}, "1 to 120"),
    ],
)
def test_channel_that_cannot_be_is_refused(writer: Writer, args: Any, said: str) -> None:
    with pytest.raises(BadChannel, match=said) as caught:
        add(writer, **args)
    assert SECRET not in str(caught.value)
    assert channels(writer) == []
    assert isinstance(from_json(to_json(caught.value)), BadChannel)


def test_name_is_taken_once_and_unknown_ones_are_told(writer: Writer) -> None:
    add(writer)
    with pytest.raises(BadChannel, match="there already"):
        add(writer)
    with pytest.raises(BadChannel, match="there are: phone"):
        commands.run(writer, "channel.remove", {"name": "fax"})
    with pytest.raises(BadChannel, match="no setting name"):
        commands.run(writer, "channel.change", {"name": "phone", "set": {"name": "x"}})
