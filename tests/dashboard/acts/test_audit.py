from __future__ import annotations

from kidgate.dashboard.acts import audit
from kidgate.dashboard.acts.audit import AuditWanted
from tests.dashboard.conftest import Site


def acts(site: Site, **wanted: object) -> list[str]:
    asked = audit.lines.from_text(wanted)
    return [one.act for one in audit.lines(site.desk, site.actor(), asked).lines]


def test_lines_are_filtered_and_come_in_pages(site: Site) -> None:
    by = {"user": "lan", "role": "parent", "address": "10.9.0.2"}
    for name in ("login.open", "user.add", "user.change"):
        site.do("audit.note", by=by, act=name, object=f"of {name}", detail={})
    assert acts(site, user="lan") == ["user.change", "user.add", "login.open"]
    assert acts(site, user="lan", act="user") == ["user.change", "user.add"]
    assert acts(site, user="lan", object="LOGIN") == ["login.open"]
    first = audit.lines(site.desk, site.actor(), AuditWanted(user="lan", limit=2))
    rest = audit.lines(site.desk, site.actor(), AuditWanted(user="lan", before=first.before))
    assert [one.act for one in rest.lines] == ["login.open"]
    assert rest.before is None


def test_look_of_an_auditor_is_itself_noted(site: Site) -> None:
    audit.lines(site.desk, site.actor("auditor"), AuditWanted(user="lan"))
    (line,) = audit.lines(site.desk, site.actor(), AuditWanted(act="look")).lines
    assert (line.user, line.object, line.detail["user"]) == ("the-auditor", "audit.lines", "lan")
