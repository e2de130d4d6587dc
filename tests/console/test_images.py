"""Hash lists of pictures, as the member of a scheme adds and tries them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kidgate.content.images.canary import canary
from kidgate.proxy.pictures.trial import Chain, Trial
from tests.console.runner import Kidgate
from tests.content.images.hash_lists import digests, perceptual


def written(path: Path, hashes: list[bytes]) -> Path:
    path.write_text("".join(f"{one.hex()}\n" for one in hashes))
    return path


@pytest.fixture
def exact(tmp_path: Path) -> Path:
    return written(tmp_path / "exact.txt", digests(30, 1))


def test_list_is_added_shown_and_replaced(house: Kidgate, exact: Path, tmp_path: Path) -> None:
    assert "No hash lists" in house("images", "list")
    said = house.json("images", "add", "scheme", exact, "--kind", "sha256")
    assert (said["sha256"], said["pdq"], said["entries"], said["skipped"]) == (30, 0, 30, {})
    (row,) = house.json("images", "list")
    assert (row["name"], row["sha256"], row["file"]) == ("scheme", 30, "exact.txt")
    assert row["since_at"][:13] == "2026-11-23T16"
    more = written(tmp_path / "more.txt", digests(40, 2))
    house("images", "add", "scheme", more, "--kind", "sha256")
    assert [row["sha256"] for row in house.json("images", "list")] == [40]


def test_list_of_which_half_is_gone_is_asked_about(
    house: Kidgate, exact: Path, tmp_path: Path
) -> None:
    house("images", "add", "scheme", exact, "--kind", "sha256")
    before = house.files()
    few = written(tmp_path / "few.txt", digests(5, 3))
    assert "--smaller" in house.fails(1, "images", "add", "scheme", few, "--kind", "sha256")
    assert house.files() == before
    house("images", "add", "scheme", few, "--kind", "sha256", "--smaller")
    assert [row["sha256"] for row in house.json("images", "list")] == [5]


@pytest.mark.parametrize(
    ("text", "said"), [("hello\n", "most of its"), ("", "empty"), ("[", "not JSON")]
)
def test_what_is_no_list_changes_nothing(
    house: Kidgate, tmp_path: Path, text: str, said: str
) -> None:
    before = house.files()
    path = tmp_path / "list.txt"
    path.write_text(text)
    assert said in house.fails(1, "images", "add", "scheme", path, "--kind", "pdq")
    assert house.files() == before


def test_kind_that_nobody_says_is_asked_for(house: Kidgate, exact: Path) -> None:
    assert "--kind sha256 or --kind pdq" in house.fails(1, "images", "add", "scheme", exact)


@pytest.mark.parametrize("name", ["canary", "../x", "UPPER"])
def test_name_that_is_none_is_refused(house: Kidgate, exact: Path, name: str) -> None:
    said = house.fails(2, "images", "add", name, exact, "--kind", "sha256")
    assert "cannot be a list's name" in said


def test_no_command_takes_a_list_away() -> None:
    from kidgate.console.images import images

    assert set(images.commands) == {"list", "add", "build", "test", "model"}


def test_build_compiles_what_is_kept(house: Kidgate, exact: Path) -> None:
    assert "no hash list" in house.fails(2, "images", "build")
    house("images", "add", "scheme", exact, "--kind", "sha256")
    compiled = house.home / "images" / "hashes.kgh"
    before = compiled.read_bytes()
    compiled.unlink()
    assert house.json("images", "build")["exact"] == 30
    assert compiled.read_bytes() == before


def test_chain_without_lists_is_not_sound(house: Kidgate) -> None:
    assert "no hash list and no model" in house.fails(1, "images", "test")


def test_canary_is_found_by_its_exact_hash(house: Kidgate, exact: Path, tmp_path: Path) -> None:
    house("images", "add", "scheme", exact, "--kind", "sha256")
    target = tmp_path / "canary.png"
    said = house("images", "test", "--write", target)
    assert "canary, as it is (SHA-256):  found" in said
    assert "no list has such hashes" in said
    assert target.read_bytes() == canary()


@pytest.mark.parametrize(
    ("chain", "status", "said"),
    [
        (Chain(True, True, Trial({"adult": 12.5}, 8.4)), 0, ("found", "8 ms", "adult=12.5")),
        (Chain(True, False), 1, ("NOT found",)),
        (Chain(True, None, fault="it took longer than 3 s"), 1, ("no list has", "longer than 3 s")),
    ],
)
def test_what_the_chain_says_is_told(
    house: Kidgate,
    exact: Path,
    monkeypatch: pytest.MonkeyPatch,
    chain: Chain,
    status: int,
    said: tuple[str, ...],
) -> None:
    async def try_chain(folder: Path) -> Chain:
        return chain

    monkeypatch.setattr("kidgate.proxy.pictures.trial.try_chain", try_chain)
    house("images", "add", "scheme", exact, "--kind", "sha256")
    result = house.run("images", "test")
    assert result.exit_code == status
    assert all(words in result.stdout for words in said)
    assert house.json("images", "test", status=status)["sound"] is (status == 0)


def test_damaged_lists_are_not_sound(house: Kidgate, exact: Path) -> None:
    house("images", "add", "scheme", exact, "--kind", "sha256")
    (house.home / "images" / "hashes.kgh").write_bytes(b"x" * 5000)
    said = house.json("images", "test", status=1)
    assert not said["sound"] and "kidgate images build" in said["fault"]
    (house.home / "images" / "lists" / "scheme.list").write_bytes(b"x")
    assert "kidgate images add" in house.fails(3, "images", "list")
    assert "kidgate images add" in house.fails(3, "images", "build")


def test_perceptual_hashes_without_the_extra_are_refused(
    house: Kidgate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    before = house.files()
    near = written(tmp_path / "near.txt", perceptual(30, 4))
    said = house.fails(3, "images", "add", "scheme", near, "--kind", "pdq")
    assert "kidgate[images]" in said and "numpy" in said
    assert house.files() == before


def test_status_tells_of_lists_that_cannot_be_used(house: Kidgate, exact: Path) -> None:
    def told() -> list[dict[str, object]]:
        return [p for p in house.json("status", status=1)["parts"] if p["part"] == "pictures"]

    assert told() == []
    house("images", "add", "scheme", exact, "--kind", "sha256")
    assert [(p["well"], p["what"]) for p in told()] == [
        (True, "30 SHA-256 and 0 PDQ hashes, model none")
    ]
    (house.home / "images" / "hashes.kgh").unlink()
    (part,) = told()
    assert not part["well"] and "kidgate images build" in str(part["what"])
