"""A moment in words, as people say it. There is no clock here, so weekday and date are said."""

from __future__ import annotations

from datetime import datetime, timedelta

from kidgate.proxy.pages.words import Words


def in_words(moment: datetime, words: Words) -> str:
    """`6 giờ sáng thứ Ba, ngày 24 tháng 11`, `6 am on Tuesday 24 November`, in its own zone."""
    eve = moment - timedelta(days=1) if moment.date() > moment.date().min else moment
    midnight = moment.hour == moment.minute == 0
    return words.fill(
        "time",
        "midnight" if midnight else "at",
        clock=_clock(moment, words),
        weekday=words("time", "weekdays", str(moment.weekday())),
        day=str(moment.day),
        month=words("time", "months", str(moment.month - 1)),
        eve=words("time", "weekdays", str(eve.weekday())),
        eve_day=str(eve.day),
        eve_month=words("time", "months", str(eve.month - 1)),
    )


def _clock(moment: datetime, words: Words) -> str:
    hour, minute = moment.hour, moment.minute
    if hour == 12 and minute == 0:
        return words("time", "noon")
    part = next(h for h in range(hour, -1, -1) if f"time/parts/{h}" in words.texts)
    return words.fill(
        "time",
        "minutes" if minute else "whole",
        hour=words("time", "after_midnight") if hour == 0 else str((hour - 1) % 12 + 1),
        minute=f"{minute:02}",
        part=words("time", "parts", str(part)),
    )
