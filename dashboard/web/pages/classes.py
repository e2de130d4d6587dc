"""Groups and classes, and the lessons and pauses of a class."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from kidgate.dashboard.acts import classes as acts
from kidgate.dashboard.acts import lessons, pauses
from kidgate.dashboard.acts.classes import ClassAsked
from kidgate.dashboard.gate import Nothing
from kidgate.dashboard.web.forms import back, lines, taken
from kidgate.dashboard.web.naming import names
from kidgate.dashboard.web.routes import Family, here
from kidgate.dashboard.web.showing import link
from kidgate.policies.people import Need

FAMILY = Family("classes")
LESSONS = (15, 30, 45, 60, 90)  # minutes
LONGER = (5, 10, 15, 30)
PAUSES = (5, 15, 30, 60)


@FAMILY.page("/classes", Need.LESSON)
def index() -> ResponseReturnValue:
    return render_template(
        "classes/index.html",
        classes=acts.list_(*here(), Nothing()).classes,
        lessons=lessons.list_(*here(), Nothing()).lessons,
        longer=LONGER,
        names=names(),
    )


@FAMILY.page("/live/lessons", Need.LESSON)
def live() -> ResponseReturnValue:
    found = lessons.list_(*here(), Nothing()).lessons
    return render_template("classes/lessons.html", lessons=found, longer=LONGER, names=names())


@FAMILY.form("/classes", Need.CHANGE)
def add() -> ResponseReturnValue:
    made = acts.add(*here(), taken(acts.add))
    return redirect(link(f"/classes/{made.key}", said="saved"))


@FAMILY.page("/classes/<group>", Need.LESSON)
def one(group: str) -> ResponseReturnValue:
    return render_template(
        "classes/one.html",
        found=acts.show(*here(), ClassAsked(group)),
        minutes=LESSONS,
        longer=LONGER,
        pauses=PAUSES,
        names=names(),
    )


@FAMILY.form("/classes/<group>/lesson", Need.LESSON)
def start(group: str) -> ResponseReturnValue:
    asked = taken(lessons.start, scope=f"group:{group}", targets=lines("targets"))
    lessons.start(*here(), asked)
    return redirect(link(f"/classes/{group}", said="lesson_started"))


@FAMILY.form("/lessons/extend", Need.LESSON)
def extend() -> ResponseReturnValue:
    lessons.extend(*here(), taken(lessons.extend, targets=lines("targets")))
    return redirect(link(back("/classes"), said="saved"))


@FAMILY.form("/lessons/end", Need.LESSON)
def end() -> ResponseReturnValue:
    lessons.end(*here(), taken(lessons.end))
    return redirect(link(back("/classes"), said="lesson_ended"))


@FAMILY.form("/classes/<group>/pause", Need.LESSON)
def pause(group: str) -> ResponseReturnValue:
    pauses.start(*here(), taken(pauses.start, scope=f"group:{group}"))
    return redirect(link(f"/classes/{group}", said="paused"))


@FAMILY.form("/classes/<group>/resume", Need.LESSON)
def resume(group: str) -> ResponseReturnValue:
    pauses.end(*here(), taken(pauses.end, scope=f"group:{group}"))
    return redirect(link(f"/classes/{group}", said="resumed"))


@FAMILY.form("/classes/<group>/join", Need.CHANGE)
def join(group: str) -> ResponseReturnValue:
    acts.join(*here(), taken(acts.join, key=group, children=request.form.getlist("children")))
    return redirect(link(f"/classes/{group}", said="saved"))


@FAMILY.form("/classes/<group>/leave", Need.CHANGE)
def leave(group: str) -> ResponseReturnValue:
    acts.leave(*here(), taken(acts.leave, key=group, children=request.form.getlist("children")))
    return redirect(link(f"/classes/{group}", said="saved"))


@FAMILY.form("/classes/<group>/remove", Need.CHANGE)
def remove(group: str) -> ResponseReturnValue:
    acts.remove(*here(), ClassAsked(group))
    return redirect(link("/classes", said="removed"))
