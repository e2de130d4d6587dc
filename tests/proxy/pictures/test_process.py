"""What the process answers at its start. Pictures: `test_client.py`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kidgate.proxy.pictures.wire import HEAD, Answer, Told, framed

WITHOUT_NUMPY = "import sys; sys.modules['numpy'] = None\n"
START = "from kidgate.proxy.pictures.process import main; main()"


def first_answer(program: str, told: Told) -> Answer:
    done = subprocess.run(
        [sys.executable, "-c", program], input=framed(told.dump()), stdout=-1, check=True
    )
    (length, _) = HEAD.unpack(done.stdout[: HEAD.size])
    assert len(done.stdout) == HEAD.size + length
    return Answer.load(done.stdout[HEAD.size :])


def test_missing_extra_is_named(tmp_path: Path) -> None:
    answer = first_answer(WITHOUT_NUMPY + START, Told("x", "", None, 0, 1))
    assert "pip install 'kidgate[images]'" in answer.fault
    assert "numpy" in answer.fault


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "No such file"), (b"", "empty"), (b"KGHASHES" + bytes(96), "damaged")],
)
def test_hashes_that_cannot_be_used_are_told(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    pytest.importorskip("PIL", reason="needs the extra `images`")
    path = tmp_path / "hashes.kgh"
    if content is not None:
        path.write_bytes(content)
    assert said in first_answer(START, Told(str(path), "", None, 1 << 28, 1)).fault
