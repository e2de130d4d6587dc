"""Classes and their lessons: the owner's and a teacher's view."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kidgate.dashboard.acts import classes, lessons
from kidgate.dashboard.acts.classes import ClassAdded, ClassAsked, MembersAsked
from kidgate.dashboard.acts.lessons import LessonAsked, LessonChange, LessonOf
from kidgate.dashboard.faults import Forbidden, Invalid, NotThere
from kidgate.dashboard.gate import Nothing
from tests.dashboard.conftest import NOW, Site


def test_teacher_sees_the_own_class_alone(site: Site) -> None:
    teacher = site.actor("teacher")
    assert [one.key for one in classes.list_(site.desk, teacher, Nothing()).classes] == ["8A"]
    found = classes.show(site.desk, teacher, ClassAsked("8A"))
    assert (found.members, found.others) == ({"mai": "Mai"}, {})
    for key in ("9B", "nothing"):
        with pytest.raises(NotThere):
            classes.show(site.desk, teacher, ClassAsked(key))


def test_group_is_made_filled_and_removed(site: Site) -> None:
    desk, parent = site.desk, site.actor("parent")
    made = classes.add(desk, parent, ClassAdded("Bơi lội", "group"))
    assert made.key == "boi-loi"
    classes.join(desk, parent, MembersAsked(made.key, ("mai", "nam")))
    classes.leave(desk, parent, MembersAsked(made.key, ("nam",)))
    found = classes.show(desk, parent, ClassAsked(made.key))
    assert (found.members, found.others) == ({"mai": "Mai"}, {"nam": "Nam"})
    classes.remove(desk, parent, ClassAsked(made.key))
    assert "boi-loi" not in desk.rows.profiles[0].groups


def test_lesson_runs_longer_and_ends(site: Site) -> None:
    desk, teacher = site.desk, site.actor("teacher")
    asked = LessonAsked("8A", ("OLM.vn", "service:YouTube"), 45, "Toán")
    begun = lessons.start(desk, teacher, asked)
    assert begun.until == NOW + timedelta(minutes=45)
    (lesson,) = lessons.list_(desk, teacher, Nothing()).lessons
    assert (lesson.targets, lesson.left) == (("olm.vn", "service:youtube"), 45)
    longer = lessons.extend(desk, teacher, LessonChange("group:8A", 15, ("example.com",)))
    assert longer.until == NOW + timedelta(minutes=60)
    assert desk.rows.lessons[0].targets == ("olm.vn", "service:youtube", "example.com")
    site.clock[0] = NOW + timedelta(minutes=59, seconds=30)
    assert lessons.list_(desk, teacher, Nothing()).lessons[0].left == 1
    lessons.end(desk, teacher, LessonOf("group:8A"))
    assert not lessons.list_(desk, teacher, Nothing()).lessons
    with pytest.raises(Invalid, match="no lesson"):
        lessons.end(desk, teacher, LessonOf("group:8A"))


def test_teacher_teaches_the_own_class_alone(site: Site) -> None:
    desk, teacher = site.desk, site.actor("teacher")
    for scope in ("9B", "child:nam"):
        with pytest.raises(Forbidden):
            lessons.start(desk, teacher, LessonAsked(scope, ("olm.vn",), 45))
    lessons.start(desk, site.actor(), LessonAsked("9B", ("olm.vn",), 45))
    assert lessons.list_(desk, teacher, Nothing()).lessons == ()
    with pytest.raises(Forbidden):
        lessons.end(desk, teacher, LessonOf("group:9B"))


def test_lesson_opens_only_what_can_be_opened(site: Site) -> None:
    for target in ("service:nothing-such", "exa mple"):
        with pytest.raises(Invalid):
            lessons.start(site.desk, site.actor(), LessonAsked("8A", (target,), 45))
