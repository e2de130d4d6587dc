"""The grammar of HTML tags as browsers' tokenizers read it (HTML standard, 13.2.5), in linear time.

Possessive throughout: no input makes these expressions go back. What a tag means is `html.py`'s.
"""

from __future__ import annotations

import re
from html import unescape

NEW_LINE = "\0"  # between blocks: the source's own NULs are made NOTHING before
NOTHING = "\ufdd0"  # a noncharacter: browsers drop NUL from text, but not from tags
_NAME = r"[^\t\n\f\r />][^\t\n\f\r />=]*+"  # even `=` and quotes may begin a name
_EQUALS = r"[\t\n\f\r ]*+=[\t\n\f\r ]*+"
_DOUBLE, _SINGLE, _BARE = r'"([^"]*+)"?', r"'([^']*+)'?", r"""([^\t\n\f\r >"'][^\t\n\f\r >]*+)"""
_ANY_VALUE = r"""(?:"[^"]*+"?|'[^']*+'?|[^\t\n\f\r >"'][^\t\n\f\r >]*+|(?=>))"""
_ATTRIBUTES = rf"(?:[\t\n\f\r /]++|{_NAME}(?:{_EQUALS}{_ANY_VALUE})?+)*+"

_TAG = (
    rf"<(?:(/?)([a-zA-Z][^\t\n\f\r />]*+)({_ATTRIBUTES})>?"  # slash, name, attributes
    r"|!--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)"  # a comment, to the end if it never closes
    r"|(!\[CDATA\[)"  # a section where the markup is foreign, else a comment
    r"|[!?][^>]*+>?|/(?:>|[^a-zA-Z>][^>]*+>?))"  # what browsers take for a comment
)
# Groups: 1 slash, 2 name, 3 attributes, 4 CDATA.
TAG = re.compile(_TAG)
# The same behind a run of text (group 1, the others follow); a `<` that begins no tag, and the end
# of the source, match too: every match goes on where the last ended, and none is tried again.
STEP = re.compile(rf"([^<]*+)(?:{_TAG}|<|\Z)")

# Most tags say nothing but where a line ends. Written in the usual way they stay in the run.
_INLINE = "a|abbr|b|cite|code|em|font|i|label|mark|s|small|span|strong|sub|sup|time|u"
_BLOCK = (
    "article|blockquote|center|dd|div|dl|dt|figure|form|li|main|ol|p|section|table|tbody|td|th|tr|"
    "ul"
)
_USUAL = (
    r"(?:[\t\n\r ]++(?!(?:alt|aria-label|hidden|placeholder|style|title)[\t\n\r =>])"
    r"""[a-z][a-z0-9:_-]*+(?:="[^"<>]*+")?+)*+[\t\n\r ]*+/?>"""
)
QUICK_STEP = re.compile(
    rf"((?:[^<]++|</?(?:{_INLINE}|{_BLOCK})(?=[\t\n\r />]){_USUAL}|<br ?/?>)*+)(?:{_TAG}|<|\Z)"
)
_INLINE_TAG = re.compile(rf"</?(?:{_INLINE})(?:[\t\n\r /][^>]*+)?>")
_BLOCK_TAG = re.compile(r"<[^>]*+>")
_ATTRIBUTE = re.compile(rf"[\t\n\f\r /]*+({_NAME})(?:{_EQUALS}(?:{_DOUBLE}|{_SINGLE}|{_BARE})?)?+")
_LEADING_ZEROS = re.compile(r"&#([xX]?)0++(?=[0-9a-fA-F])")
_HUGE = re.compile(r"&#[0-9]{9,}+;?")


def attributes(source: str) -> dict[str, str]:
    """The attributes of a tag by name in lower case; of a name given twice the first counts."""
    found: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(source):
        value = double or single or bare
        found.setdefault(name.lower(), plain(value) if "&" in value else value)
    return found


def text_of_run(run: str) -> str:
    """The text of a run, with a NEW_LINE for the tags that end a line."""
    if "<" in run:
        if "<br" in run:
            run = run.replace("<br>", " ").replace("<br/>", " ").replace("<br />", " ")
        # A character reference does not reach across a tag.
        run = _INLINE_TAG.sub(NOTHING if "&" in run else "", run)
        run = _BLOCK_TAG.sub(NEW_LINE, run)
    if "&" not in run:
        return run
    return plain(run.replace("&nbsp;", " "))  # the most frequent by far


def plain(text: str) -> str:
    """The text with character references replaced, with or without their semicolon."""
    try:
        return unescape(text)
    except ValueError:  # thousands of digits, more than Python turns into a number
        return unescape(_HUGE.sub("\ufffd", _LEADING_ZEROS.sub(r"&#\1", text)))
