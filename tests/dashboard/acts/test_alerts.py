from __future__ import annotations

from datetime import timedelta

import pytest

from kidgate.dashboard.acts import alerts
from kidgate.dashboard.acts.alerts import AlertsWanted, HandledWanted
from kidgate.dashboard.faults import Forbidden, NotThere
from kidgate.store.alerts import put_alert
from tests.dashboard.conftest import NOW, Site


@pytest.fixture
def told(site: Site) -> Site:
    """One alert about each child, and one about the house."""
    with site.desk.database.writing() as session:
        for child, device in (("mai", "tablet"), ("nam", "phone")):
            facts = {
                "child": child,
                "device": device,
                "category": "phishing",
                "hosts": ["x.example"],
            }
            put_alert(session, kind="security", facts=facts, at=NOW)
        put_alert(session, kind="gateway", facts={"what": "x"}, at=NOW - timedelta(hours=1))
    return site


def test_alerts_say_what_happened_and_what_to_do_in_a_language(told: Site) -> None:
    wanted = AlertsWanted(language="vi")
    found = alerts.list_(told.desk, told.actor(), wanted).alerts
    assert [one.kind for one in found] == ["security", "security", "gateway"]
    assert "Mai" in found[1].title
    assert found[1].advice
    assert found[1].title != alerts.list_(told.desk, told.actor(), AlertsWanted()).alerts[1].title


def test_teacher_sees_and_handles_alerts_of_own_pupils_alone(told: Site) -> None:
    teacher = told.actor("teacher")
    (found,) = alerts.list_(told.desk, teacher, AlertsWanted()).alerts
    assert found.child == "mai"
    with pytest.raises(NotThere):
        alerts.handled(told.desk, teacher, HandledWanted(found.id + 1))
    assert alerts.handled(told.desk, teacher, HandledWanted(found.id)).handled == 1
    assert alerts.list_(told.desk, teacher, AlertsWanted()).alerts == ()
    (done,) = alerts.list_(told.desk, teacher, AlertsWanted(state="handled")).alerts
    assert done.handled_by == "the-teacher"


def test_auditor_reads_and_handles_nothing(told: Site) -> None:
    found = alerts.list_(told.desk, told.actor("auditor"), AlertsWanted()).alerts
    assert not any(one.may_handle for one in found)
    with pytest.raises(Forbidden):
        alerts.handled(told.desk, told.actor("auditor"), HandledWanted(found[0].id))
