"""From an alert to a message: who is told, when, how often; and nothing is lost on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from kidgate.keeper import commands
from kidgate.keeper.telling.dispatch import LEASE, SWITCHED_OFF, dispatch
from kidgate.keeper.telling.prepare import prepare
from kidgate.keeper.telling.sender import Job
from kidgate.keeper.writer import Writer
from kidgate.policies.alerts import BACK_OFF, TRIES
from kidgate.store.alerts import put_alert
from tests.keeper.telling.stand import Clock, channels, house, outbox, put_channel_row

BASE = "https://kidgate.example"
PHISHING = {"child": "mai", "device": "tablet", "category": "phishing", "hosts": ["a.example"]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def writer(tmp_path: Path, clock: Clock) -> Iterator[Writer]:
    with house(tmp_path, clock) as found:
        yield found


@dataclass
class Post:
    """Takes messages in the place of the sending process."""

    fault: str = ""
    jobs: list[Job] = field(default_factory=list)

    def __call__(self, jobs: Sequence[Job]) -> Mapping[int, str]:
        self.jobs += jobs
        return {job.id: self.fault for job in jobs}


def alert(writer: Writer, kind: str = "security", **more: object) -> None:
    with writer.database.writing() as session:
        put_alert(session, kind=kind, facts=PHISHING | more, at=writer.now())


def test_alert_reaches_the_adult_once_in_their_language(writer: Writer) -> None:
    put_channel_row(writer)
    alert(writer)
    post = Post()
    assert prepare(writer, BASE) == 1
    assert prepare(writer, BASE) == 0
    assert dispatch(writer, post) == 1
    assert dispatch(writer, post) == 0
    (job,) = post.jobs
    assert job.title == "Cần xem: Mai Nguyễn: đã chặn trang nguy hiểm"
    assert "a.example" in job.text and f"{BASE}/alerts" in job.text
    (row,) = outbox(writer)
    assert (row.state, row.text, row.done_at) == ("sent", "", writer.now())


@pytest.mark.parametrize(
    ("channel", "kind", "told"),
    [
        ({}, "security", True),
        ({"severity": "urgent"}, "security", False),
        ({"severity": "urgent"}, "self_harm", True),
        ({"kinds": ("feed",)}, "security", False),
        ({"kinds": ("feed", "security")}, "security", True),
        ({"enabled": False}, "self_harm", False),
        ({"user": "cô"}, "self_harm", False),  # a teacher, and mai is in no class of hers
        ({"user": "nobody"}, "self_harm", False),
        ({"user": ""}, "security", True),  # the house
    ],
)
def test_channel_is_told_what_its_adult_may_and_wants_to_know(
    writer: Writer, channel: dict[str, object], kind: str, told: bool
) -> None:
    put_channel_row(writer, **channel)
    alert(writer, kind)
    assert prepare(writer, BASE) == int(told)


def test_teacher_is_told_of_the_own_class_alone(writer: Writer) -> None:
    put_channel_row(writer, user="cô")
    alert(writer, child="nam")
    with writer.database.writing() as session:
        put_alert(session, kind="gateway", facts={"what": "disk"}, at=writer.now())
    assert prepare(writer, BASE) == 1


def test_quiet_hours_keep_all_but_what_is_urgent(writer: Writer, clock: Clock) -> None:
    put_channel_row(writer, quiet="daily 11:00-14:00")  # it is noon
    alert(writer)
    alert(writer, "self_harm")
    prepare(writer, BASE)
    post = Post()
    assert dispatch(writer, post) == 1
    assert "không ổn" in post.jobs[0].title
    clock.at += timedelta(hours=2)
    assert dispatch(writer, post) == 1


def test_full_hour_is_summed_up_and_tells_everything(writer: Writer, clock: Clock) -> None:
    put_channel_row(writer, hourly=3)
    for number in range(6):
        alert(writer, child="mai", device=f"d{number}", hosts=[f"h{number}.example"])
    alert(writer, "self_harm", device="d9")
    prepare(writer, BASE)
    post = Post()
    assert dispatch(writer, post) == 3
    assert "không ổn" in post.jobs[0].title  # what is urgent comes first, and alone
    text = "".join(job.text for job in post.jobs)
    assert all(f"h{number}.example" in text for number in range(6))
    assert "5" in post.jobs[2].title
    alert(writer, device="later")
    prepare(writer, BASE)
    assert dispatch(writer, post) == 0
    clock.at += timedelta(hours=1)
    assert dispatch(writer, post) == 1


def test_message_is_tried_again_and_in_the_end_given_up(writer: Writer, clock: Clock) -> None:
    put_channel_row(writer)
    alert(writer)
    prepare(writer, BASE)
    post = Post("it could not be delivered")
    for minutes in BACK_OFF:
        assert dispatch(writer, post) == 1
        assert dispatch(writer, post) == 0
        clock.at += timedelta(minutes=minutes)
    assert dispatch(writer, post) == 1
    (row,) = outbox(writer)
    assert (row.state, row.tries, row.text) == ("failed", TRIES, "")
    (channel,) = channels(writer)
    assert (channel.fault, channel.fault_at) == ("it could not be delivered", clock.at)


def test_message_is_sent_after_a_death_in_the_middle(writer: Writer, clock: Clock) -> None:
    put_channel_row(writer)
    alert(writer)
    prepare(writer, BASE)

    def dies(jobs: Sequence[Job]) -> Mapping[int, str]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dispatch(writer, dies)
    post = Post()
    assert dispatch(writer, post) == 0  # somebody may be at it still
    clock.at += LEASE
    assert dispatch(writer, post) == 1


def test_channel_that_was_switched_off_is_told_nothing_more(writer: Writer) -> None:
    put_channel_row(writer)
    alert(writer)
    prepare(writer, BASE)
    commands.run(writer, "channel.change", {"name": "phone", "set": {"enabled": False}})
    assert dispatch(writer, Post()) == 0
    (row,) = outbox(writer)
    assert (row.state, row.fault) == ("failed", SWITCHED_OFF)


def test_request_comes_with_a_link_of_its_own(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    def link(writer: Writer, args: Mapping[str, object]) -> dict[str, object]:
        asked.append((args["id"], args["user"]))
        return {"token": "t0ken"}

    monkeypatch.setattr(commands, "COMMANDS", {**commands.COMMANDS, "request.link": link})
    put_channel_row(writer)
    put_channel_row(writer, "house", user="")
    facts = {"request": 7, "child": "mai", "device": "tablet", "target": "b.example"}
    with writer.database.writing() as session:
        put_alert(session, kind="request", facts={**facts, "note": "“học bài”"}, at=writer.now())
    prepare(writer, BASE)
    texts = [row.text for row in outbox(writer)]
    assert any(f"{BASE}/answer/t0ken" in text and "“học bài”" in text for text in texts)
    assert any(f"{BASE}/requests" in text and "t0ken" not in text for text in texts)
    assert asked == [(7, "mẹ")]


def test_no_link_is_made_up_where_no_dashboard_is_reached(writer: Writer) -> None:
    put_channel_row(writer)
    alert(writer)
    prepare(writer, "")
    (row,) = outbox(writer)
    assert "http" not in row.text.replace("https://appriseit.com", "")


def test_text_from_outside_comes_as_text(writer: Writer) -> None:
    put_channel_row(writer, language="en")
    alert(writer, hosts=["evil\u202egpj.example\n"])
    prepare(writer, BASE)
    (row,) = outbox(writer)
    assert "\u202e" not in row.text and "evil\\u202egpj.example\\u000a" in row.text


def test_url_is_not_in_what_a_channel_shows(writer: Writer) -> None:
    put_channel_row(writer, url="tgram://123456:secret/99")
    (row,) = channels(writer)
    assert "secret" not in repr(row) and "secret" not in row.address
    assert "secret" not in repr(Job(1, 1, row.url, "a", "b"))
    assert replace(row, name="x").url == "tgram://123456:secret/99"
