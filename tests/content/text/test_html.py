from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kidgate.content.text import html
from kidgate.content.text.html import read_html
from kidgate.content.text.limits import Limits
from kidgate.content.text.page import Kind


def texts(source: str, *, xml: bool = False) -> dict[str, str]:
    return {part.kind.value: part.text for part in read_html(source, xml=xml).parts}


def body(source: str, *, xml: bool = False) -> str:
    return texts(source, xml=xml).get(Kind.BODY, "")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("po<b></b>rn", "porn"),
        ("po<!-- x -->r<B>n", "porn"),
        ('p<span class="a" id=b>o</span>rn', "porn"),
        ("po<custom-element>rn", "porn"),
        ("a<div>b</div>c", "a\nb\nc"),
        ("a<P>b", "a\nb"),
        ("a<br>b<br/>c<BR>d", "a b c d"),
        ("a</br>b", "a b"),
        ("<td>a</td><td>b</td>", "a\nb"),
        ("a\n  b\t\u00a0c", "a b c"),
        ("for\u200bbid\u00adden", "for\u200bbid\u00adden"),
        ("a\0b", "ab"),
        ("a\x01b\x81c", "abc"),
        ("a&nbsp;&lt;b&gt;&#112;&#x6f", "a <b>po"),
        ("&am<b></b>p;", "&amp;"),
        ("&#112<b></b>5", "p5"),
        ("a<script>b</script>c", "ac"),
        ("a<style>b<p></style>c", "ac"),
        ("a<script/>b</script>c", "ac"),
        ("a<scr\0ipt>b", "ab"),
        ("<script>x</scripty>y</script >z", "z"),
        ("<script>never closed", ""),
        ("<script><!--<script></script><!-- </script>seen", "seen"),
        ("<script><!-- </script>seen", "seen"),
        ("<script><!--><script></script>seen", "seen"),
        ("<script><!--<script>--></script>seen", "seen"),
        ("<textarea>a<b>&amp;</textarea>c", "a<b>&\nc"),
        ("<textarea>never closed<b>", "never closed<b>"),
        ("<xmp>a<b>&amp;</xmp>", "a<b>&amp;"),
        ("a<plaintext><b>c</plaintext>", "a\n<b>c</plaintext>"),
        ("a<![CDATA[b>c]]>", "ac]]>"),
        ("<svg><![CDATA[b>c]]></svg>", "b>c"),
        ("<!--[if IE]>a<![endif]-->b<![if !IE]>c<![endif]>", "bc"),
        ("<!DOCTYPE html><?php x ?>a", "a"),
        ("<input value=Go><input type=submit value=Send><input type=hidden value=no>", "Go\nSend"),
        ('<select><option label="One">1<option>two</select>', "One\n1\ntwo"),
        ("<button>a</button><button>b</button>", "a\nb"),
        ("<iframe srcdoc='&lt;p&gt;a&lt;b&gt;b'></iframe>", "ab"),
        ('<iframe src="data:text/html;base64,c"></iframe>', ""),
        ('<iframe src="data:text/html;base64, cG 9y bg">', "porn"),
        ('<iframe src="data:text/html,%3Cp%3Ea%3Cb%3Eb">', "ab"),
        ('<object data=" DATA:image/svg+xml;utf8,<svg><text>a</text></svg>">', "a"),
        ('<img src="data:image/png;base64,cG9ybg">', ""),
        ('<embed src="data:,a%20b">', "a b"),
        ("<template shadowrootmode=open>a</template>", "a"),
    ],
)
def test_read_html_when_a_browser_shows_it(source: str, expected: str) -> None:
    assert body(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<svg><style><p>seen</style>", "seen"),
        ("<svg><style><!--</style>no-->", ""),
        ("<math><style><b>seen", "seen"),
        ("<svg></svg><style><p>no</style>seen", "seen"),
        ("<svg><p></p><style><!--</style>seen", "seen"),
        ("<svg><foreignObject><style><!--</style>seen", "seen"),
        ("<svg><desc><![CDATA[no>seen", "seen"),
        ("<svg/><![CDATA[no>seen", "seen"),
        ("<svg><script>no<b>seen", "seen"),
        ("<svg><script/>seen", "seen"),
        ("<svg hidden/>seen", "seen"),
        ("<svg><path style='display:none'/></svg>seen", "seen"),
        ("</svg></p>seen", "seen"),
        ("<svg><text>s</text><text>een</text></svg>", "seen"),
    ],
)
def test_read_html_when_inside_svg(source: str, expected: str) -> None:
    assert body(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a<span hidden>x</span>b", {"body": "ab", "hidden": "x"}),
        ("<div hidden>x<div>y</div>z</div>a", {"body": "a", "hidden": "x\ny\nz"}),
        ("<p hidden>x<p>a", {"body": "a", "hidden": "x"}),
        ("<p hidden>x<b>y<div>a", {"body": "a", "hidden": "xy"}),
        ("<li hidden>x<li>a", {"body": "a", "hidden": "x"}),
        ("<div style='color:red;DISPLAY : none'>x</div>a", {"body": "a", "hidden": "x"}),
        ("<input hidden>a", {"body": "a"}),
        ("<div><span hidden>x</div>a", {"body": "a", "hidden": "x"}),
        ("<div><i hidden><ul><li>x</ul>y</div>a", {"body": "a", "hidden": "x\ny"}),
        ("<body style=display:none>a", {"body": "a"}),
        ("<template>x</template>a", {"body": "a", "hidden": "x"}),
        ("<template class=c>x</template>a", {"body": "a", "hidden": "x"}),
        ("<noscript>x<b>y</noscript>a", {"body": "a", "hidden": "xy"}),
        ("<img alt='x &amp; y' src=z>a", {"body": "a", "hidden": "x & y"}),
        ("<a title=x>a</a>", {"body": "a", "hidden": "x"}),
        ("<textarea placeholder=x>a</textarea>", {"body": "a", "hidden": "x"}),
        ("<b ARIA-LABEL=x>a", {"body": "a", "hidden": "x"}),
        ("<meta name=Keywords content='x, y'>a", {"body": "a", "hidden": "x, y"}),
        ("<meta property=og:title content=x>a", {"body": "a", "hidden": "x"}),
        ("<meta name=viewport content=x>a", {"body": "a"}),
        ("<title>t &lt;</title><title>x</title>a", {"title": "t <", "body": "a", "hidden": "x"}),
        ("<title>never closed", {"title": "never closed"}),
        ("<iframe srcdoc='<title>x</title>a'></iframe>", {"body": "a", "hidden": "x"}),
        ("<iframe>x</iframe>a", {"body": "a", "hidden": "x"}),
        ("<h1>t<b>i</b></h1>a", {"heading": "ti", "body": "a"}),
        ("<h2>t<p>a", {"heading": "t", "body": "a"}),
        ("<h2>t<div>u</div></h3>a", {"heading": "t\nu", "body": "a"}),
        ("<nav>x<ul><li>y</ul></nav>a", {"body": "a", "navigation": "x\ny"}),
        ("<nav><nav>x</nav>y</nav></nav>a", {"body": "a", "navigation": "x\ny"}),
        ("<aside><h2>x</h2></aside>a", {"body": "a", "navigation": "x"}),
        ("<header>x<h1>t</h1></header>a", {"heading": "t", "body": "a", "navigation": "x"}),
    ],
)
def test_read_html_when_kinds_differ(source: str, expected: dict[str, str]) -> None:
    assert texts(source) == expected


def test_read_html_when_xml() -> None:
    source = "<svg><title/><script/><text>a</text><![CDATA[<b]]><style>x</style></svg>"
    assert texts(source, xml=True) == {"body": "a<b", "hidden": "x"}


def test_read_html_when_the_language_is_said() -> None:
    assert read_html("<html LANG=vi-VN><body lang=en>").language == "vi-vn"


def test_read_html_when_documents_are_nested_too_deep() -> None:
    inner = "c"
    for level in "b", "a", "":
        written = inner.replace("&", "&amp;").replace("'", "&#39;")
        inner = f"{level}<iframe srcdoc='{written}'></iframe>"
        assert read_html(inner).unread == ("" if level else "documents nested too deep")
    assert body(inner) == "a\nb"


def test_read_html_when_there_are_too_many_tags() -> None:
    page = read_html("a<b>b<b>c<b>d", Limits(tags=2))
    assert page.unread == "too many tags or strings"
    assert page.parts[0].text == "abc"
    assert read_html("a<b>b<b>c", Limits(tags=2)).unread == ""


HOSTILE = {
    "nested": "<div>" * 40_000,
    "attributes": "<a title=x " + " ".join(f"a{index}=1" for index in range(20_000)) + ">",
    "open tags": "<a " * 70_000,
    "open quotes": '<a b="' * 40_000,
    "open comments": "<!--" * 50_000,
    "dashes": "<!--" + "- " * 100_000,
    "brackets": "<" * 140_000,
    "references": "&#x" * 70_000,
    "scripts": "<script><!--<script" * 10_000,
    "titles": "<title>" * 30_000,
    "svg": "<svg><desc>" * 20_000 + "</math>" * 10_000,
    "svg ends": "<svg>" * 30_000 + "</x>" * 30_000,
    "hidden": "<p hidden>" * 20_000,
    "runs": ("<b " + "x" * 1000) * 200,
    "blanks": "<a" + " " * 200_000 + "=",
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("case", HOSTILE)
def test_read_html_when_hostile(case: str) -> None:
    """Some 200 KB each; what is not linear takes minutes."""
    assert read_html(HOSTILE[case]).unread == ""


NAMES = st.sampled_from(
    re.findall(
        r"\S+",
        "a b i span div p li td h1 h2 nav header aside script style title textarea svg math "
        "template noscript br img custom-x BR P foreignObject iframe",
    )
)
WRITTEN = st.sampled_from(
    ["", "", ' class="x"', " class='y>z'", " title=t", ' hidden=""', " hidden", ' a="1" b', "/"]
)
START = st.builds(lambda name, written: f"<{name}{written}>", NAMES, WRITTEN)
END = st.builds(lambda name: f"</{name}>", NAMES)
TEXT = st.sampled_from(
    ["a", "bc ", " < ", "&amp", "&#112", "5", "<!-- x -->", "<![CDATA[", "]]>", ">"]
)
SOURCES = st.lists(START | END | TEXT, max_size=30).map("".join)


def check_that_quick_reading_changes_nothing(source: str) -> None:
    quick = read_html(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(html.Document, "_quick", property(lambda document: False))
        assert read_html(source) == quick


@settings(max_examples=150, deadline=None, database=None)
@given(SOURCES)
def test_read_html_when_read_slowly(source: str) -> None:
    check_that_quick_reading_changes_nothing(source)


@pytest.mark.deep
@settings(max_examples=5_000, deadline=None, database=None)
@given(SOURCES)
def test_read_html_when_read_slowly_deep(source: str) -> None:
    check_that_quick_reading_changes_nothing(source)
