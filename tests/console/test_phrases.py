"""Lists of phrases as an adult imports and sees them."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from kidgate.content.phrases.loading import analyser
from kidgate.content.phrases.score import score
from kidgate.content.text.page import Kind, Page, Part
from kidgate.documents.home import Home
from kidgate.documents.imported_phrases import imported_lists
from tests.console.runner import Kidgate

WORDS = '#listcategory: "Gambling"\n< casino ><40>\n< roulette ><40>\n<bad line\n< casino ><9>\n'


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "weighted"
    path.write_text(WORDS)
    return path


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder as e2guardian has it."""
    root = tmp_path / "lists"
    for name, text in {
        "weightedphraselist": ".Include</etc/e2guardian/lists/phraselists/uk/gambling/weighted>\n",
        "phraselists/uk/gambling/weighted": "< casino ><40>\n",
        "phraselists/uk/gambling/banned": "< online casino >\n",
        "phraselists/uk/goodphrases/weighted": "< hospital ><-20>\n",
        "oldphraselists/sport/weighted": "< goal ><40>\n",
        "bannedsitelist": "bad.example\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_list_is_imported_and_every_line_accounted_for(house: Kidgate, words: Path) -> None:
    document = house.json("phrases", "import", words, "--name", "mine")
    assert (document["name"], document["phrases"]) == ("mine", 2)
    assert document["categories"] == {"gambling": 2}
    assert (document["lines"], document["accepted"], document["duplicate"]) == (5, 2, 1)
    assert document["skipped"] == {"directive": 1, "malformed": 1}
    assert document["examples"]["malformed"] == [
        {"file": "weighted", "line": 4, "text": "<bad line"}
    ]


def test_imported_phrases_score_pages(house: Kidgate, words: Path) -> None:
    house("phrases", "import", words, "--name", "mine")
    (imported,), faults = imported_lists(Home(house.home).phrases)
    assert not faults
    page = Page((Part(Kind.BODY, "Casino and roulette for all"),))
    found = score(page, analyser(imported.rows))
    assert found.scores["gambling"] > 60
    assert found.evidence["gambling"][0].source.startswith("mine:weighted:")


def test_lists_are_shown_and_removed(house: Kidgate, words: Path) -> None:
    (own,) = house.json("phrases", "list")
    assert own["name"] == "own"
    assert own["phrases"] > 1000
    house("phrases", "import", words, "--name", "mine", "--licence", "GPL-2.0")
    assert [row["name"] for row in house.json("phrases", "list")] == ["own", "mine"]
    assert "mine" in house("phrases", "list")
    shown = house.json("phrases", "show", "mine")
    assert (shown["licence"], shown["accepted"]) == ("GPL-2.0", 2)
    assert "malformed, weighted:4: <bad line" in house("phrases", "show", "mine")
    assert house("phrases", "remove", "mine") == "Phrases mine are removed.\n"
    assert len(house.json("phrases", "list")) == 1


def test_same_name_replaces_the_list(house: Kidgate, words: Path) -> None:
    house("phrases", "import", words)
    words.write_text("<poker table><5>\n")
    house("phrases", "import", words)
    (_, imported) = house.json("phrases", "list")
    assert (imported["name"], imported["phrases"]) == ("weighted", 1)


def test_folder_gives_all_its_lists_but_the_old_ones(house: Kidgate, lists: Path) -> None:
    document = house.json("phrases", "import", lists, "--name", "e2g")
    assert document["files"] == 3
    assert document["categories"] == {"gambling": 2, "context": 1}


def test_archive_gives_what_its_folder_gives(house: Kidgate, lists: Path, tmp_path: Path) -> None:
    packed = tmp_path / "e2g.tar.gz"
    with tarfile.open(packed, "w:gz") as archive:
        archive.add(lists, "lists")
    one = house.json("phrases", "import", lists, "--name", "one")
    two = house.json("phrases", "import", packed, "--name", "two")
    assert all(one[key] == two[key] for key in ("phrases", "categories", "lines", "skipped"))


def test_member_names_one_part(house: Kidgate, lists: Path) -> None:
    document = house.json(
        "phrases", "import", lists, "--name", "x", "--member", "oldphraselists/sport"
    )
    assert document["categories"] == {"sport": 1}
    error = house.fails(1, "phrases", "import", lists, "--name", "x", "--member", "nowhere")
    assert "`nowhere` in" in error


def test_choosing_list_brings_what_it_includes(house: Kidgate, lists: Path) -> None:
    for chosen in (
        ("phrases", "import", lists / "weightedphraselist", "--name", "x"),
        ("phrases", "import", lists, "--member", "weightedphraselist", "--name", "x"),
    ):
        document = house.json(*chosen)
        assert document["categories"] == {"gambling": 1}
        assert document["skipped"] == {"directive": 1}


def test_include_never_leads_out_of_the_folder(house: Kidgate, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("<secret word><5>\n")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link").symlink_to(tmp_path / "secret")
    text = f".Include<{tmp_path}/secret>\n.Include<../secret>\n.Include<link>\n<own word><5>\n"
    (inside / "weighted").write_text(text)
    document = house.json("phrases", "import", inside / "weighted", "--name", "x")
    assert document["accepted"] == 1
    assert document["skipped"] == {"include": 3}


def test_category_can_be_given_by_any_name_it_has(house: Kidgate, words: Path) -> None:
    document = house.json("phrases", "import", words, "--name", "x", "--category", "porn")
    assert document["categories"] == {"adult": 2}
    assert "no category is called" in house.fails(
        2, "phrases", "import", words, "--name", "x", "--category", "nonsense"
    )


def test_what_holds_no_phrase_changes_nothing(
    house: Kidgate, words: Path, gambling: Path, tmp_path: Path
) -> None:
    house("phrases", "import", words, "--name", "mine")
    before = house.files()
    error = house.fails(1, "phrases", "import", gambling, "--name", "mine")
    assert "holds no phrase that can be used (1 comment, 3 not_a_phrase)" in error
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "holds no list of phrases" in house.fails(1, "phrases", "import", empty)
    assert house.files() == before


@pytest.mark.parametrize("name", ["own", "../x", "X", ""])
def test_name_must_be_one(house: Kidgate, words: Path, name: str) -> None:
    assert house.fails(2, "phrases", "import", words, "--name", name)


def test_unknown_list_is_told_with_those_there_are(house: Kidgate, words: Path) -> None:
    assert "there are none yet" in house.fails(2, "phrases", "show", "x")
    house("phrases", "import", words, "--name", "mine")
    assert "there are mine" in house.fails(2, "phrases", "remove", "x")
    assert "come with the program" in house.fails(2, "phrases", "remove", "own")


def test_damaged_list_is_told(house: Kidgate, words: Path) -> None:
    house("phrases", "import", words, "--name", "mine")
    (Home(house.home).phrases / "mine.json").write_text("{")
    result = house.run("phrases", "list")
    assert result.exit_code == 0
    assert "phrases/mine.json: is no list of phrases or damaged" in result.stderr
    assert "import it again" in house.fails(3, "phrases", "show", "mine")


def test_home_must_be_there(empty: Kidgate, words: Path) -> None:
    assert "run kidgate setup" in empty.fails(3, "phrases", "import", words, "--name", "x")


def test_list_of_sites_is_told_apart_from_phrases(house: Kidgate, words: Path) -> None:
    error = house.fails(1, "feed", "import", words, "--category", "gambling")
    assert "import it with kidgate phrases import" in error
