"""What is caught, what is not, and for which reasons: a table, then each feature by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kidgate.content.lookalike import A_SLIP, score, with_lookalikes
from kidgate.content.lookalike_brands import Brands
from kidgate.documents.builtin import load_builtin
from kidgate.policies.compile import compile_snapshot
from kidgate.policies.decide import decide
from kidgate.policies.deciders import THREAT_BLOCKS, THREAT_WARNS
from kidgate.policies.likeness import FIRST_SEEN, Likeness
from kidgate.policies.model import Reason, Verdict, Visit
from kidgate.policies.names import canonical_host, parse_url
from kidgate.policies.rows import PolicyRows
from tests.content.registry import brand, small

BLOCKED = """
vietcombank.com.vn.secure-login.top      vietcombank
www.vietcombank.com.vn.example.com       vietcombank
vietcombank-com-vn.top                   vietcombank
vıetcombank.com                          vietcombank
vietcornbank.com                         vietcombank
vietc0mbank.net                          vietcombank
vietcombank-vn.com                       vietcombank
dang-nhap-vietcombank.com                vietcombank
tuyendung-vietcombank.com                vietcombank
vietcombank.weebly.com                   vietcombank
sacombank.top                            sacombank
mb-bank.vip                              mbbank
khach-hang-ca-nhan-techcombank-tin-dung.com  techcombank
bocongan-gov.vn.xyz                      bocongan
bocongan.gov-vn.top                      bocongan
bocongan.pages.dev                       bocongan
bộcôngan.com                             bocongan
dichvucong-gov.com                       dichvucong
dichvucong.gov.vn.info                   dichvucong
gdt-gov.vn.com                           thue
vssid.top                                baohiemxahoi
shopee-trian.com                         shopee
shopee889.com                            shopee
chanlemomo.xyz                           momo
garena-nhanqua.com                       garena
robux.vip                                roblox
apple.com-verify.xyz                     apple
аррӏе.com                                apple
gооgle.com                               google
paypa1.com                               paypal
secure-paypal.com                        paypal
paypal.com.evil.org                      paypal
arnazon.com                              amazon
www.facebook.com.login.top               facebook
giaohangtietkiem.top                     giaohangtietkiem
ghn-express.vip                          giaohangnhanh
"""
WARNED = """
vietcombamk.com                          vietcombank
vietcombnk.com                           vietcombank
techcombannk.com                         techcombank
paypai.com                               paypal
lnstagram.com                            instagram
faceboook.com                            facebook
steamcommunlty.com                       steam
vietc0mbank.com.vn                       vietcombank
bocongan.com                             bocongan
bocongan.vn                              bocongan
canhsatgiaothong.net                     bocongan
thuedientu.com                           thue
momo-nhanqua.com                         momo
zalo-binhchon.com                        zalo
tiki8888.com                             tiki
acb-login.com                            acb
evn-thanhtoan.com                        evn
login-vietinbank.com.vn                  vietinbank
viettel-khuyenmai.com                    viettel
faceb00k.com                             facebook
rnicrosoft.com                           microsoft
vnpost.top                               vnpost
metamask.io.login.com                    metamask
"""
PASSED = """
tsa.gov
mtb.com
ual.com
vib.es
scb.co.th
shb.com
acb.com
nab.com.au
momo.com.tw
pineapple.com
appleton.edu
applebees.com
snapple.com
chase.org
steam.vn
messenger.vn
otpbank.ro
opensearch.org
mtgarena.com
1cloud.ru
mailcloud.com
citicbank.com
vietnambank.com
lightkeepers.com
zalora.vn
capquangviettelhanoi.com.vn
baocongan.com.vn
chothuexe.vn
thuexedulich.com
toaan.net
congan.edu.vn
evn.at
google.de
google.com.vn
amazon.co.uk
shopee.ph
twitter.github.io
microsoft.github.io
9to5google.com
roblox.fandom.com
minecraft.fandom.com
shopee.careers.example.com
facebook.github.io
netflix.jobs.example.org
whatismyip.com
xn--mnchen-3ya.de
xn--bcher-kva.com
mbçözüm.com
"""


def found(brands: Brands, host: str) -> Likeness | None:
    return score(canonical_host(host), brands)


def value(brands: Brands, host: str) -> float:
    likeness = found(brands, host)
    return likeness.score if likeness else 0.0


def features(brands: Brands, host: str) -> list[str]:
    likeness = found(brands, host)
    return [item.feature for item in likeness.evidence] if likeness else []


def rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


@pytest.mark.parametrize(("host", "key"), rows(BLOCKED))
def test_host_is_blocked(brands: Brands, host: str, key: str) -> None:
    likeness = found(brands, host)
    assert likeness is not None and likeness.brand == key
    assert likeness.score >= THREAT_BLOCKS


@pytest.mark.parametrize(("host", "key"), rows(WARNED))
def test_host_is_warned_of(brands: Brands, host: str, key: str) -> None:
    likeness = found(brands, host)
    assert likeness is not None and likeness.brand == key
    assert THREAT_WARNS <= likeness.score < THREAT_BLOCKS


@pytest.mark.parametrize("host", [row[0] for row in rows(PASSED)])
def test_host_passes(brands: Brands, host: str) -> None:
    assert value(brands, host) < THREAT_WARNS


def test_warning_names_the_true_site_and_its_brand(brands: Brands) -> None:
    likeness = found(brands, "vietcombank-vn.com")
    assert likeness is not None
    assert likeness.site == "www.vietcombank.com.vn"
    assert (likeness.title, likeness.english) == ("Vietcombank", "Vietcombank")
    police = found(brands, "bocongan.com")
    assert police is not None
    assert (police.title, police.english) == ("Bộ Công an", "Ministry of Public Security")


def test_score_is_the_sum_of_its_evidence(brands: Brands) -> None:
    likeness = found(brands, "vaytien-vietinbank.com.vn")
    assert likeness is not None
    assert likeness.score == sum(item.weight for item in likeness.evidence)
    assert likeness.evidence[0].feature == "word"
    assert ("bait", "vaytien", 25.0) in likeness.evidence
    assert ("vouched_ending", "vn", -30.0) in likeness.evidence


@pytest.mark.parametrize(
    ("host", "feature"),
    [
        ("nhada.com", "exact"),
        ("my-nhada.com", "word"),
        ("mynhada.com", "glued"),
        ("nha-da.com", "split"),
        ("nhada.example.com", "below"),
        ("nhada.vn.example.com", "host"),
        ("nhada-login.com", "bait"),
        ("nhada-com.top", "fake_ending"),
        ("nhada-com.top", "risky_ending"),
        ("nhada88.com", "digits"),
        ("nhada-online.com", "nothing_else"),
        ("nhada-a-b-c.com", "hyphens"),
        ("nhada.com", "nobody_else"),
        ("nhada.free.test", "free_hosting"),
        ("nhada-x.com.vn", "vouched_ending"),
        ("nhada.edu", "closed_ending"),
        ("nhàđá.com", "marks"),
        ("nhаdа.com", "letters"),
        ("cafe-login.com", "common_word"),
        ("abc-login.com", "short"),
        ("hasogiaoduc.com", "authority"),
    ],
)
def test_feature_is_named_when_present(host: str, feature: str) -> None:
    brands = small(
        brand("nhada"),
        brand("quan", common=("cafe", "abc"), tokens=()),
        brand("sogiaoduc", kind="government"),
    )
    assert feature in features(brands, host)


def test_edit_distance_never_blocks_without_bait(brands: Brands) -> None:
    for host in ("vietcombamk.top", "vietcombamk.weebly.com", "vietcombamk-88.top"):
        slip = found(brands, host)
        assert slip is not None
        assert THREAT_WARNS <= slip.score <= slip.first_seen().score <= A_SLIP < THREAT_BLOCKS
    assert value(brands, "vietcombamk-dangnhap.top") >= THREAT_BLOCKS


def test_short_spellings_have_no_neighbours() -> None:
    brands = small(brand("shopnho"), brand("nganhang8"))
    assert found(brands, "shopnhp.com") is None
    assert features(brands, "nganhanh8.com")[0] == "typo_long_exact"


def test_innocent_words_and_namesakes_are_left_alone() -> None:
    row = brand("garten", innocent=("kindergarten",), namesakes=("garten.de",))
    brands = small(row)
    assert found(brands, "kindergarten.com") is None
    assert found(brands, "www.garten.de") is None
    assert found(brands, "mygarten.com") is not None


def test_discussed_brand_needs_more(brands: Brands) -> None:
    quiet, discussed = small(brand("nhada")), small(brand("nhada", discussed=True))
    for host in ("mynhada.com", "my-nhada.com", "nhada88.com", "nhada.top"):
        assert value(discussed, host) < value(quiet, host)


def test_brand_owns_its_name_everywhere_when_it_says_so() -> None:
    own, other = brand("nhada", everywhere=True), brand("nhadapay", everywhere=True)
    brands = small(own, other)
    for host in ("nhada.de", "www.nhada.com", "nhada.pages.test", "nhadapay.de"):
        assert found(brands, host) is None
    for host in ("nhada.top", "nhada.free.test", "nhada-x.de"):
        assert found(brands, host) is not None
    assert found(small(brand("nhada")), "nhada.de") is not None


def test_first_visit_is_evidence_and_keeps_within_what_there_is(brands: Brands) -> None:
    known = found(small(brand("nhada")), "mynhada.com")
    assert known is not None
    first = known.first_seen()
    assert (first.score, first.evidence[-1].feature) == (known.score + FIRST_SEEN, "first_seen")
    assert replace(known, score=95.0).first_seen().score == 100.0


def test_carriers_repeat_their_customers_names() -> None:
    brands = small(brand("nhada"))
    assert found(brands, "nhada.vn.carrier.test") is None


def test_front_of_a_hosting_is_judged_and_the_hosting_is_not() -> None:
    brands = small(brand("free"), brand("pages"))
    assert found(brands, "pages.test") is None
    assert found(brands, "free.pages.test") is not None


@pytest.mark.parametrize("host", ["10.0.0.1", "2001:db8::1", "localhost", "com", "com.vn"])
def test_addresses_and_bare_endings_imitate_nobody(brands: Brands, host: str) -> None:
    assert found(brands, host) is None


def test_snapshot_decides_with_its_own_registry() -> None:
    tiers, services, builtin = load_builtin()
    bare = compile_snapshot(PolicyRows(), builtin, tiers=tiers, services=services, id="1")
    visit = Visit(parse_url("https://bocongan-gov.vn.xyz/"), datetime(2026, 11, 23, 9, tzinfo=UTC))
    decision = decide(visit, with_lookalikes(bare))
    assert (decision.verdict, decision.reason) == (Verdict.BLOCK, Reason.SECURITY)
    assert decision.likeness is not None and decision.likeness.site == "bocongan.gov.vn"
    assert decide(visit, bare).reason is not Reason.SECURITY
