"""What each HTML element is to a reader of the screen."""

from __future__ import annotations


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


VOID = _names(
    "area base basefont bgsound br col embed frame hr img input keygen link meta param source "
    "track wbr"
)
BREAKS = frozenset({"br", "rt", "rp"})  # a space: the line goes on below, or beside
# A new line stands before and after these: no word or phrase goes on.
BLOCKS = _names(
    "address article aside blockquote body button caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html "
    "iframe legend li listing main menu nav object ol optgroup option p plaintext pre search "
    "section select summary table tbody td textarea tfoot th thead title tr ul video xmp"
)
# Blocks that are always written with their end tag, and end what is open in them.
CONTAINERS = _names(
    "address article aside blockquote center div dl fieldset figure footer form header main nav ol "
    "section table ul"
)
HEADINGS = _names("h1 h2 h3 h4 h5 h6")
# A heading that was never closed ends here.
AFTER_HEADING = _names("article footer form main nav ol p section table title ul")
NAVIGATION = _names("aside footer header menu nav")
# Read as text up to their own end tag, whatever stands inside.
RAW = _names("iframe noembed noframes noscript script style textarea title xmp")
# Not on the screen, and no text for a search engine either.
UNSEEN = frozenset({"script", "style"})
# An element without end tag ends where one of these begins (HTML standard, 13.1.2.4).
ENDED_BY = {
    "p": BLOCKS - {"button", "iframe", "object", "option", "optgroup", "select", "textarea"},
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "option": frozenset({"option", "optgroup"}),
    "tr": frozenset({"tr", "tbody", "tfoot"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
}
# HTML elements that end svg and math wherever they stand (HTML standard, 13.2.6.5).
BREAK_OUT = _names(
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li "
    "listing menu meta nobr ol p pre ruby s small span strong strike sub sup table tt u ul "
    "var"
)
# Inside svg these hold HTML again.
ISLANDS = frozenset({"foreignobject", "desc", "title", "annotation-xml"})
