"""`feed`: a list is taken in whole, or changes nothing."""

from __future__ import annotations

import gzip
import tarfile
from pathlib import Path

import pytest

from kidgate.console import importing
from tests.console.runner import Kidgate, Terminal


def test_import_has_the_contracts_fields_when_json(kidgate: Kidgate, gambling: Path) -> None:
    found = kidgate.json("feed", "import", gambling, "--category", "gambling")
    assert {"lines", "accepted", "duplicate", "skipped", "names", "urls"} <= set(found)
    assert found["lines"] == found["accepted"] + found["duplicate"] + sum(found["skipped"].values())
    assert (found["feed"], found["names"], found["duplicate"]) == ("gambling", 2, 1)
    assert kidgate("feed", "names", "gambling") == "bet.example\ncasino.example\n"
    assert kidgate.json("feed", "names", "gambling") == ["bet.example", "casino.example"]


def test_import_is_told_in_words_when_people_ask(kidgate: Kidgate, tmp_path: Path) -> None:
    path = tmp_path / "bets.txt"
    path.write_text("bet.example\nnot a name\x1b[2J\nbet.example\n")
    text = kidgate("feed", "import", path, "--category", "bets", "--new-category")
    assert "Feed bets: 1 names and 0 URLs of bets." in text
    assert "line 2: not a name" in text
    assert "\x1b" not in text
    assert "bets" in kidgate("feed", "list")
    assert str(path) in kidgate("feed", "show", "bets")


def test_category_of_the_house_can_be_blocked_when_a_feed_brought_it(
    kidgate: Kidgate, gambling: Path
) -> None:
    kidgate("feed", "import", gambling, "--category", "karaoke", "--new-category", "--name", "k")
    kidgate("block", "category:karaoke", "--for", "mai")
    found = kidgate.json("check", "http://bet.example", "--as", "mai", status=1)
    assert (found["reason"], found["category"]) == ("rule", "karaoke")


@pytest.mark.parametrize(
    ("category", "said"),
    [
        ("gamblng", "did you mean `gambling`?"),
        ("grooming", "no list can name `grooming`"),
        ("../x", "no name for a category"),
    ],
)
def test_import_is_refused_when_the_category_cannot_be(
    kidgate: Kidgate, gambling: Path, category: str, said: str
) -> None:
    before = kidgate.files()
    assert said in kidgate.fails(2, "feed", "import", gambling, "--category", category)
    assert kidgate.files() == before


def test_import_never_replaces_another_list_by_chance(kidgate: Kidgate, tmp_path: Path) -> None:
    for folder, host in (("a", "one.example"), ("b", "two.example")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "domains.txt").write_text(f"{host}\n")
    kidgate("feed", "import", tmp_path / "a/domains.txt", "--category", "gambling")
    again = ("feed", "import", tmp_path / "b/domains.txt", "--category", "adult")
    assert "give --name" in kidgate.fails(2, *again)
    kidgate(*again, "--name", "adult-b")
    kidgate("feed", "import", tmp_path / "a/domains.txt", "--category", "gambling")
    names = [row["name"] for row in kidgate.json("feed", "list")]
    assert [name for name in names if not name.startswith("starter-")] == ["adult-b", "domains"]
    assert "no name" in kidgate.fails(2, *again, "--name", "../x")


def test_import_takes_a_member_when_the_archive_has_several(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    for name in ("adult", "games"):
        (tmp_path / "ut1" / name).mkdir(parents=True)
        (tmp_path / "ut1" / name / "domains").write_text(f"{name}.example\n")
    archive = tmp_path / "ut1.tar.gz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / "ut1", "ut1")
    said = kidgate.fails(1, "feed", "import", archive, "--category", "games")
    assert "name one of" in said
    kidgate("feed", "import", archive, "--category", "games", "--member", "games")
    assert kidgate("feed", "names", "games") == "games.example\n"


def test_import_keeps_the_good_list_when_half_of_it_is_gone(
    kidgate: Kidgate, tmp_path: Path
) -> None:
    path = tmp_path / "big.txt"
    path.write_text("".join(f"n{i}.example\n" for i in range(200)))
    kidgate("feed", "import", path, "--category", "gambling")
    path.write_text("".join(f"n{i}.example\n" for i in range(99)))
    before = kidgate.files()
    arguments = ("feed", "import", path, "--category", "gambling")
    assert "may be cut" in kidgate.fails(1, *arguments)
    assert kidgate.files() == before
    kidgate(*arguments, "--accept-smaller")
    assert len(kidgate("feed", "names", "big").splitlines()) == 99


def bomb(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=9) as file:
        for _ in range(64):
            file.write(b"\0" * (1 << 20))


def garbage(path: Path) -> None:
    path.write_text("".join(f"{i} % nothing \xff here\n" for i in range(2000)), encoding="latin-1")


def truncated(path: Path) -> None:
    names = "".join(f"n{i}.example\n" for i in range(5000)).encode()
    path.write_bytes(gzip.compress(names)[:-200])


BAD = {
    "html": (lambda p: p.write_text("<!DOCTYPE html><html>Log in</html>"), "is a web page"),
    "empty": (lambda p: p.write_text(""), "holds no name"),
    "comments": (lambda p: p.write_text("# moved\n" * 10), "holds no name"),
    "truncated": (truncated, "fetch it again"),
    "garbage": (garbage, "no list that can be read"),
    "bomb": (bomb, ""),
    "binary": (lambda p: p.write_bytes(bytes(range(256)) * 100), "binary"),
}


@pytest.mark.parametrize("kind", BAD)
def test_import_changes_nothing_when_the_list_is_bad(
    kidgate: Kidgate, gambling: Path, tmp_path: Path, kind: str
) -> None:
    make, said = BAD[kind]
    kidgate("feed", "import", gambling, "--category", "gambling")
    path = tmp_path / ("list.gz" if kind in ("bomb", "truncated") else "list.txt")
    make(path)
    before = kidgate.files()
    arguments = ("feed", "import", path, "--category", "gambling", "--name", "gambling")
    message = kidgate.fails(1, *arguments)
    assert message.startswith("Error: ") and len(message.splitlines()) == 1
    assert said in message
    assert kidgate.files() == before


def test_import_changes_nothing_when_the_index_cannot_be_built(
    kidgate: Kidgate, gambling: Path, tmp_path: Path
) -> None:
    kidgate("feed", "import", gambling, "--category", "gambling")
    (kidgate.home / "feeds" / "gambling.names").write_bytes(b"torn\n")
    before = kidgate.files()
    other = tmp_path / "other.txt"
    other.write_text("other.example\n")
    assert "import the feed again" in kidgate.fails(
        3, "feed", "import", other, "--category", "adult"
    )
    assert kidgate.files() == before


def test_remove_takes_the_names_out_of_the_index(kidgate: Kidgate, gambling: Path) -> None:
    kidgate("feed", "import", gambling, "--category", "gambling")
    assert kidgate.run("check", "http://bet.example", "--as", "mai").exit_code == 1
    kidgate("feed", "remove", "gambling")
    assert kidgate.run("check", "http://bet.example", "--as", "mai").exit_code == 0
    assert "gambling.txt" not in kidgate("feed", "list", "--json")
    for command in ("remove", "show", "names"):
        assert "no feed is called `gambling`" in kidgate.fails(2, "feed", command, "gambling")


def test_name_is_made_from_the_file_when_none_is_given(tmp_path: Path) -> None:
    named = {
        "Ads.txt.gz": "ads",
        "main-blacklist.txt": "main-blacklist",
        "domains": "domains",
        "hosts.tar.gz": "hosts",
        "Cờ bạc.txt": "co-bac",
    }
    for file, name in named.items():
        assert importing._stem(tmp_path / file) == name


def test_list_of_sites_to_allow_says_so_when_imported(kidgate: Kidgate, tmp_path: Path) -> None:
    folder = tmp_path / "schools"
    folder.mkdir()
    (folder / "domains").write_text("school.example\n")
    (folder / "usage").write_text("white\n")
    result = kidgate.run("feed", "import", folder, "--category", "education")
    assert "sites to allow" in result.stderr


def test_import_says_what_a_list_would_do_by_mistake(kidgate: Kidgate, tmp_path: Path) -> None:
    path = tmp_path / "scam.txt"
    path.write_text("scam.example\ngoogle.com\n")
    result = kidgate.run("feed", "import", path, "--category", "scam")
    assert result.exit_code == 0
    assert "the list stops `google.com` whole" in result.stderr
    path.write_text("scam.example\n")
    assert kidgate.json("feed", "import", path, "--category", "scam")["doubt"] == ""


def test_import_shows_a_bar_when_on_a_terminal(
    kidgate: Kidgate, gambling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(importing.sys, "stderr", terminal)
    with importing.progress_bar("reading") as progress:
        assert progress is not None
        progress(1, 2)
    assert "reading" in terminal.getvalue() and "50%" in terminal.getvalue()
