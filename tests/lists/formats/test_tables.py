"""Comma-separated values."""

from __future__ import annotations

import pytest

from kidgate.lists.formats.tables import layout_of
from tests.lists.formats.reading import Format, Passed, Skip, entries, lines, tree, url

TABLES = {
    "header": "Domain,Malware,Date added\na.example,x,2024-09-01\nb.example,y,2024-09-02",
    "later_column": "id,first seen,hostname\n1,2024,a.example\n2,2024,b.example",
    "quoted": '"id","url"\n"1","a.example"\n"2","http://b.example/"',
    "semicolons": "name;domain;note\nx;a.example;has, commas\ny;b.example;none",
    "tabs": "site\tsince\na.example\t2024\nb.example\t2024",
    "without_header": "1,a.example\n2,b.example",
    "without_header_or_order": "2024-09-01,a.example,x\n2024-09-02,b.example,y",
    "header_in_a_comment": '# id,dateadded,url,link\n"1","2024","a.example","https://c.example/1"\n'
    '"2","2024","b.example","https://c.example/2"',
    "comment_above": "# a list of mine\ndomain,note\na.example,x\nb.example,y",
    "spaces": "domain , note\n a.example , x\n b.example , y",
    "dates_with_dots": "seen,domain\n01.02.2024,a.example\n02.02.2024,b.example",
    "addresses_beside": "ip,domain\n192.0.2.1,a.example\n192.0.2.2,b.example",
}


@pytest.mark.parametrize("name", TABLES)
def test_column_of_sites_is_found(name: str):
    assert layout_of(TABLES[name].split("\n"))
    assert entries(TABLES[name]) == {"t a.example", "t b.example"}


def test_path_beside_a_host_lists_the_address_and_not_the_host():
    text = '"host","path","seen"\n"shared.example","/x?y","2024"\n"192.0.2.1","","2024"'
    assert entries(text) == {"u shared.example/x?y", "x 192.0.2.1"}


def test_header_that_names_another_kind_of_address_gives_way_to_the_content():
    assert entries("address,www\n12 High Street,a.example\n5 Low Street,b.example") == {
        "t a.example",
        "t b.example",
    }


def test_lines_of_a_table():
    text = "# x\ndomain,note\na.example,x\n\n,no site\nb.example\nhttps://c.example/x,y\n1,x"
    assert lines(Format.TABLE, text) == [
        Passed.COMMENT,
        Passed.DIRECTIVE,
        [tree("a.example")],
        Passed.BLANK,
        [Skip.NOT_A_NAME],
        [tree("b.example")],
        [url("c.example/x")],
        [Skip.NOT_A_NAME],
    ]


def test_record_may_go_over_several_lines():
    text = (
        'domain,note\na.example,"one\nb.example,\ntwo"\nc.example,x\nd.example,5" wide\ne.example,x'
    )
    assert lines(Format.TABLE, text) == [
        Passed.DIRECTIVE,
        Passed.DIRECTIVE,
        Passed.DIRECTIVE,
        [tree("a.example")],
        [tree("c.example")],
        [tree("d.example")],
        [tree("e.example")],
    ]


def test_quote_that_is_never_closed_costs_a_few_lines_at_most():
    text = "domain,note\n" + 'a.example,"open\n' + "\n".join(f"s{n}.example,x" for n in range(40))
    said = [one for one in lines(Format.TABLE, text) if isinstance(one, list)]
    assert said[0] == [tree("a.example")]
    assert said[-1] == [tree("s39.example")]
    assert len(said) == 1 + 40 - 19


@pytest.mark.parametrize(
    "text", ["a.example", "", "# domain,x", "one,two\nthree,four", "a b,c\nd e,f"]
)
def test_what_is_no_table_of_sites_is_none(text: str):
    assert layout_of(text.split("\n")) is None
