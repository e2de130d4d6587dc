"""The sending process, with servers that take what it sends."""

from __future__ import annotations

import email
import subprocess
import sys
from email.policy import default

from kidgate.keeper.telling.sender import Job, send
from tests.keeper.telling.stand import mail_server, web_server


def test_messages_go_out_and_faults_tell_no_secret() -> None:
    with web_server() as (port, told), mail_server() as (mail, mails), web_server(403) as (no, _):
        options = "from=a@example.org&to=b@example.org&smtp=127.0.0.1&mode=insecure"
        box = f"mailto://127.0.0.1:{mail}/?{options}"
        faults = send(
            [
                Job(1, 1, f"json://127.0.0.1:{port}/key", "Tít <b>", "xin *chào*"),
                Job(2, 2, box, "Tuần", "a", "<p>chữ <b>x</b></p>"),
                Job(3, 3, f"json://user:secret@127.0.0.1:{no}/key", "a", "b"),
                Job(4, 3, f"json://user:secret@127.0.0.1:{no}/key", "a", "b"),
                Job(5, 5, "nonsense://secret", "a", "b"),
                Job(6, 6, f"json://127.0.0.1:{port}/key", "", ""),
            ]
        )
    assert (faults[1], faults[2], faults[6]) == ("", "", "")
    assert faults[3] == faults[4] == "the service refused it (403)"
    assert faults[5] == "the address is none that Apprise knows"
    assert "secret" not in repr(faults)
    ((title, text),) = [(found["title"], found["message"]) for found in told]
    assert (title, text) == ("Tít <b>", "xin *chào*")
    found = email.message_from_string(mails[0], policy=default)
    page = found.get_body(("html",))
    assert found["Subject"] == "Tuần" and page is not None
    assert "<p>chữ <b>x</b></p>" in page.get_content()


def test_library_for_messages_stays_out_of_the_keeper() -> None:
    code = "import sys, kidgate.keeper.telling.running; print('apprise' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "False"
