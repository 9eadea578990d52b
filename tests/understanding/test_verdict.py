"""Verdicts on addresses made to deceive, and on those that are not."""

from urllib.parse import urlsplit

import idna
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from yarl import URL

from bot.engine.conditions import holds
from bot.model.answer import WebAddress
from bot.model.condition import HostOutside
from bot.model.inputs import Answer
from bot.model.session import Entry
from bot.model.verdict import is_under
from bot.understanding.address import web_address
from bot.understanding.verdict import judge, judged
from tests.desk import MONDAY, machine

DOMAIN = "ac-aix-marseille.fr"
DOMAINS = (DOMAIN, "portail.academie.example")
OURS = f"messagerie.{DOMAIN}"

OWN = [
    f"https://{OURS}/",
    f"https://{OURS}",
    f"https://{DOMAIN}/a/b?c=d#e",
    f"HTTPS://{OURS.upper()}/",
    f"https://{OURS}:443/",
    f"https://{OURS}:00443/",
    f"https://{OURS}:/",
    f"https://{OURS}./",
    f"https://a.b.c.{DOMAIN}/",
    "https://x.portail.academie.example/",
    f"https://xn--cole-9oa.{DOMAIN}/",
    f"https://école.{DOMAIN}/",
    f"https://{OURS}/@evil.example",
    f"https://{OURS}#@evil.example",
    f"https://{OURS}?@evil.example",
    f"https://{OURS}/https://evil.example/",
    OURS,
    f"C'est {OURS}/zimbra, je crois.",
]


@pytest.mark.parametrize("text", OWN)
def test_own(text: str) -> None:
    """The desk's own, by https, and nothing strange about it."""
    verdict = judge(text, DOMAINS)
    assert (verdict.verdict, verdict.reasons) == ("own", ())
    assert is_under(verdict.host or "", DOMAINS)


HOSTILE: list[tuple[str, str | None, str, str]] = [
    # plain strangers
    ("https://www.exemple.com/", "www.exemple.com", "foreign", "not_ours"),
    ("exemple.org", "exemple.org", "foreign", "not_ours"),
    ("https://ac-nice.fr/", "ac-nice.fr", "foreign", "not_ours"),
    ("https://fr/", None, "unreadable", "no_host"),
    ("https://www.aix-marseille.example/", "www.aix-marseille.example", "foreign", "not_ours"),
    ("https://academie.example/", "academie.example", "suspicious", "other_tld not_ours"),
    ("https://evil.example:443/", "evil.example", "foreign", "not_ours"),
    # by plain http, or another port or scheme
    (f"http://{OURS}/", OURS, "suspicious", "not_https"),
    (f"http://{OURS}:80/", OURS, "suspicious", "not_https"),
    (f"http://{OURS}:443/", OURS, "suspicious", "odd_port not_https"),
    (f"https://{OURS}:80/", OURS, "suspicious", "odd_port"),
    (f"https://{OURS}:0/", OURS, "suspicious", "odd_port"),
    (f"{OURS}:8443", OURS, "suspicious", "odd_port"),
    (f"https://{OURS}:65536/", None, "unreadable", "no_host"),
    (f"https://{OURS}:443:443/", None, "unreadable", "no_host"),
    ("http://evil.example/", "evil.example", "suspicious", "not_https not_ours"),
    (f"ftp://{OURS}/", OURS, "suspicious", "other_scheme"),
    (f"ftp://{OURS}:21/", OURS, "suspicious", "other_scheme"),
    (f"ws://{OURS}/", OURS, "suspicious", "other_scheme"),
    (f"file:///{OURS}/page.html", None, "suspicious", "other_scheme"),
    (f"file:\\\\{OURS}\\page.html", None, "suspicious", "other_scheme"),
    (f"blob:https://{OURS}/1", None, "suspicious", "other_scheme"),
    (f"view-source:https://{OURS}/", None, "suspicious", "other_scheme"),
    (f"filesystem:https://{OURS}/x", None, "suspicious", "other_scheme"),
    # pages and programs in the address itself
    (f"data:text/html,https://{OURS}/", None, "suspicious", "data_url"),
    ("DATA:text/html;base64,PGI+", None, "suspicious", "data_url"),
    ("data:,bonjour", None, "suspicious", "data_url"),
    (f"javascript:location='https://{OURS}'", None, "suspicious", "script_url"),
    ("JaVaScRiPt:alert(1)", None, "suspicious", "script_url"),
    ("java\tscript:alert(1)", None, "suspicious", "script_url"),
    ("\x02javascript:alert`1`", None, "suspicious", "script_url"),
    (f"javascript://{OURS}/%0aalert(1)", None, "suspicious", "script_url"),
    ("vbscript:msgbox(1)", None, "suspicious", "script_url"),
    # user-info
    (f"https://{OURS}@evil.example/", "evil.example", "suspicious", "user_info not_ours"),
    (f"https://{OURS}:443@evil.example/", "evil.example", "suspicious", "user_info not_ours"),
    (f"https://{OURS}%2F@evil.example/", "evil.example", "suspicious", "user_info not_ours"),
    (f"https://evil.example@{OURS}/", OURS, "suspicious", "user_info"),
    (f"https://a@b@{OURS}/", OURS, "suspicious", "user_info"),
    (f"https://{OURS}@@evil.example/", "evil.example", "suspicious", "user_info not_ours"),
    (f"https://:@{OURS}/", OURS, "suspicious", "user_info"),
    (f"https://@{OURS}/", OURS, "suspicious", "user_info"),
    (f"https://evil.example#@{OURS}/", "evil.example", "foreign", "not_ours"),
    (f"https://evil.example?@{OURS}/", "evil.example", "foreign", "not_ours"),
    (f"https://evil.example/@{OURS}/", "evil.example", "suspicious", "look_alike not_ours"),
    (f"{OURS}@evil.example/login", "evil.example", "suspicious", "user_info not_ours"),
    # what browsers read otherwise than people
    (f"https://evil.example\\@{OURS}/", "evil.example", "suspicious", "disguised not_ours"),
    (f"https://evil.example\\.{OURS}/", "evil.example", "suspicious", "disguised not_ours"),
    (f"https:\\\\{OURS}\\", OURS, "suspicious", "disguised"),
    (f"https:/\\{OURS}/", OURS, "suspicious", "disguised"),
    (f"https://{OURS}\\@evil.example/", OURS, "suspicious", "disguised"),
    (f"https://{OURS}/a\\b", OURS, "suspicious", "disguised"),
    (f"https:{OURS}/", OURS, "suspicious", "disguised"),
    ("https:evil.example", "evil.example", "suspicious", "disguised not_ours"),
    (f"https:////{OURS}/", OURS, "suspicious", "disguised"),
    (f"https://{OURS}\n.evil.example/", f"{OURS}.evil.example", "suspicious", "disguised look_alike not_ours"),
    (f"https://evil.ex\tample\r\n/{OURS}", "evil.example", "suspicious", "disguised look_alike not_ours"),
    (f"https://messa\tgerie.{DOMAIN}/", OURS, "suspicious", "disguised"),
    (f"https://%6Dessagerie.{DOMAIN}/", OURS, "suspicious", "disguised"),
    (f"https://{OURS}%2eevil.example/", f"{OURS}.evil.example", "suspicious", "disguised look_alike not_ours"),
    (f"https://{OURS}%2Fevil.example/", None, "unreadable", "no_host"),
    (f"https://{OURS}%00.evil.example/", None, "unreadable", "no_host"),
    (f"https://{OURS}。evil.example/", f"{OURS}.evil.example", "suspicious", "disguised look_alike not_ours"),
    (f"https://{OURS}／.evil.example/", None, "unreadable", "no_host"),
    ("https://ｍessagerie.ac-aix-marseille.fr/", OURS, "suspicious", "disguised"),
    ("https://messagerie.ac-aix-mar\u200bseille.fr/", OURS, "suspicious", "disguised"),
    (f"https://{OURS}../", None, "unreadable", "no_host"),
    (f"https://.{OURS}/", None, "unreadable", "no_host"),
    (f"https://{OURS} .evil.example/", None, "unreadable", "no_host"),
    (f'https://{OURS}".evil.example/', None, "unreadable", "no_host"),
    (f"https://{OURS},evil.example/", None, "unreadable", "no_host"),
    ("https://", None, "unreadable", "no_host"),
    ("https:///?x", None, "unreadable", "no_host"),
    # names made to be taken for the desk's
    (f"https://{DOMAIN}.evil.example/", f"{DOMAIN}.evil.example", "suspicious", "look_alike not_ours"),
    (f"https://evil{DOMAIN}/", f"evil{DOMAIN}", "suspicious", "look_alike not_ours"),
    (f"https://evil-{DOMAIN}/", f"evil-{DOMAIN}", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-marseille-fr.exemple.fr/", "ac-aix-marseille-fr.exemple.fr", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-marseille.evil.example/", "ac-aix-marseille.evil.example", "suspicious", "look_alike not_ours"),
    ("https://ac.aix.marseille.fr/", "ac.aix.marseille.fr", "suspicious", "look_alike not_ours"),
    ("https://acaixmarseille.fr/", "acaixmarseille.fr", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-marseile.fr/", "ac-aix-marseile.fr", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-marseillle.fr/", "ac-aix-marseillle.fr", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-marsielle.fr/", "ac-aix-marsielle.fr", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-narseille.fr/", "ac-aix-narseille.fr", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-rnarseille.fr/", "ac-aix-rnarseille.fr", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-marsei11e.fr/", "ac-aix-marsei11e.fr", "suspicious", "look_alike not_ours"),
    ("https://4c-4ix-m4r5eille.fr/", "4c-4ix-m4r5eille.fr", "suspicious", "look_alike not_ours"),
    ("https://webmail-acaixmarseile.example/", "webmail-acaixmarseile.example", "suspicious", "look_alike not_ours"),
    ("https://ac-aix-marseille.com/", "ac-aix-marseille.com", "suspicious", "other_tld not_ours"),
    ("https://www.ac-aix-marseille.co.uk/", "www.ac-aix-marseille.co.uk", "suspicious", "other_tld not_ours"),
    (f"https://{OURS}.com/", f"{OURS}.com", "suspicious", "other_tld not_ours"),
    (f"https://evil.example/{OURS}/login", "evil.example", "suspicious", "look_alike not_ours"),
    ("https://ас-aix-marseille.fr/", "xn---aix-marseille-utl6u.fr", "suspicious", "look_alike punycode not_ours"),
    ("xn---aix-marseille-utl6u.fr", "xn---aix-marseille-utl6u.fr", "suspicious", "look_alike punycode not_ours"),
    ("https://ac-aix-marséille.fr/", "xn--ac-aix-marsille-lnb.fr", "suspicious", "look_alike punycode not_ours"),
    ("https://пример.рф/", "xn--e1afmkfd.xn--p1ai", "suspicious", "punycode not_ours"),
    ("https://xn--\x7f.example/", None, "unreadable", "no_host"),
    ("https://xn--99999.example/", "xn--99999.example", "suspicious", "punycode not_ours"),
    # numbers
    ("https://192.0.2.7/", "192.0.2.7", "suspicious", "ip_address not_ours"),
    ("192.0.2.7", "192.0.2.7", "suspicious", "ip_address not_ours"),
    ("https://3221225991/", "192.0.2.7", "suspicious", "disguised ip_address not_ours"),
    ("https://0xC0000207/", "192.0.2.7", "suspicious", "disguised ip_address not_ours"),
    ("https://0300.0.02.7/", "192.0.2.7", "suspicious", "disguised ip_address not_ours"),
    ("https://192.519/", "192.0.2.7", "suspicious", "disguised ip_address not_ours"),
    ("https://[2001:db8::1]/", "2001:db8::1", "suspicious", "ip_address not_ours"),
    (f"https://{OURS}@192.0.2.7/", "192.0.2.7", "suspicious", "user_info ip_address not_ours"),
    (f"https://192.0.2.7/{OURS}", "192.0.2.7", "suspicious", "ip_address not_ours"),
    ("https://1.2.3.4.5/", None, "unreadable", "no_host"),
    # shortened
    ("https://bit.ly/abc", "bit.ly", "suspicious", "shortener not_ours"),
    ("http://www.tinyurl.com/abc", "www.tinyurl.com", "suspicious", "shortener not_https not_ours"),
    ("https://notbit.ly/abc", "notbit.ly", "foreign", "not_ours"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "host", "verdict", "reasons"), HOSTILE)
def test_hostile(text: str, host: str | None, verdict: str, reasons: str) -> None:
    """Each by the host that a browser asks for, with everything that speaks against it."""
    told = judge(text, DOMAINS)
    assert (told.host, told.verdict, " ".join(told.reasons)) == (host, verdict, reasons)


def test_there_are_many() -> None:
    """Eighty at least, each once."""
    assert len({text for text, *_ in HOSTILE}) == len(HOSTILE) >= 80


@pytest.mark.parametrize(
    ("text", "domains", "reasons"),
    [
        (f"https://{OURS}/", (), ["not_ours"]),
        ("https://ent.exemple.com/", ("ent.fr",), ["not_ours"]),
        ("https://emt.exemple.com/", ("ent.fr",), ["not_ours"]),
        ("https://messagerie.exemple.com/", ("messagerie.academie.example",), ["look_alike", "not_ours"]),
        ("https://academle.example/", ("academie.fr",), ["look_alike", "not_ours"]),
        ("https://acdamies.example/", ("academie.fr",), ["not_ours"]),
        ("https://xacademie.example/", ("academ.fr",), ["not_ours"]),
    ],
)
def test_other_domains(text: str, domains: tuple[str, ...], reasons: list[str]) -> None:
    """A name is the longest part of a domain; a short one is found everywhere by chance. Without any, none is own."""
    assert list(judge(text, domains).reasons) == reasons


PIECES = st.sampled_from(
    [
        OURS, DOMAIN, "evil.example", ".", "/", "\\", "@", ":", "?", "#", "%", "%2e", "%2F", "%40", "443", ":443",
        "\t", "\n", "\r", "-", "a", "é", "а", "ａ", "。", "\u200b", "\u00ad", "\u202e", "[", "]", "::1", "0x7f", "127",
        ";", ",", '"', "<", ">", "|", "^", "'", "(", "xn--", "//", "https://", "http:", "javascript:", "\x00", "\x1f",
    ]
)  # fmt: skip
REST = st.lists(PIECES, min_size=1, max_size=7).map("".join)
SCHEMES = st.sampled_from(["https://", "https:/", "https:", "HTTPS://", "http://", "https:\\\\", f"https://{OURS}"])
WHOLE = st.builds("{}{}".format, SCHEMES, REST)
URLS = WHOLE | REST


def _by_library(url: str) -> str | None:
    return urlsplit(url).hostname


def _by_aiohttp(url: str) -> str | None:
    return URL(url).host


def _hosts(url: str) -> set[str]:
    """The host by the standard library and by aiohttp's, asked for as browsers do."""
    hosts = set()
    for read in (_by_library, _by_aiohttp):
        try:
            host = read(url) or ""
            hosts.add((host if host.isascii() else idna.encode(host, uts46=True).decode()).removesuffix("."))
        except (ValueError, IndexError):  # aiohttp's reader stumbles over a bracket alone
            hosts.add("")
    return hosts


@given(WHOLE)
@example(f"https://{OURS}\n@evil.example")
@example(f"https://{OURS}\\.evil.example")
@example(f'https://{OURS}"evil.example')
def test_own_is_own_to_other_readers(url: str) -> None:
    """Whatever this verdict calls own lies under the domains by the standard library's reading too."""
    verdict = judge(url, DOMAINS)
    bare = url.strip("()[]{}.,;:!?'’`*…<>\"" + "".join(map(chr, range(0x21))))
    if verdict.verdict == "own" and "\n" not in bare and "\r" not in bare and "\t" not in bare:
        split = urlsplit(bare)
        host = (split.hostname or "").removesuffix(".")
        assert is_under(host if host.isascii() else idna.encode(host).decode(), DOMAINS)
        assert split.username is None
        assert split.password is None
        assert "\\" not in split.netloc + split.path


@given(st.lists(PIECES, min_size=1, max_size=5).map("".join))
def test_hosts_are_those_of_other_readers(host: str) -> None:
    """The host of a hostile URL is the standard library's or aiohttp's, unless both refuse it, or it is marked."""
    assume(not set('\t\r\n"<>') & set(host))
    url = f"https://{host}/x"
    match web_address(url):
        case Answer(WebAddress(host=found, reasons=reasons)) if "disguised" not in reasons and found:
            hosts = _hosts(url)
            assert found in hosts or hosts == {""}


@given(st.text() | st.text(":/\\@.%[]x0\t\n ") | URLS)
def test_every_text_has_a_verdict(text: str) -> None:
    """And reasons, unless it is own; user-info, backslashes and plain http never are."""
    verdict = judge(text, DOMAINS)
    assert (verdict.verdict == "own") == (verdict.reasons == ())
    assert (verdict.verdict == "foreign") == (verdict.reasons == ("not_ours",))
    assert (verdict.verdict == "unreadable") == (verdict.reasons == ("no_host",))


@given(URLS | st.sampled_from([*OWN, *(text for text, *_ in HOSTILE)]))
def test_own_is_what_does_not_lie_outside(url: str) -> None:
    """The condition in flows and the verdict agree on every address that is understood."""
    flow = machine().flows["webmail"]
    domains = flow.settings["academy_domains"].value
    match web_address(url):
        case Answer(WebAddress() as address):
            assert isinstance(domains, tuple)
            trail = (Entry("address", (), "address", value=address),)
            outside = holds(HostOutside("address", "academy_domains"), flow, trail, MONDAY)
            assert outside == (judged(address, domains).verdict != "own")


@given(st.sampled_from([OURS, DOMAIN]), st.text(min_size=1, max_size=20))
def test_nothing_before_the_host_is_own(host: str, before: str) -> None:
    """However it looks."""
    assume(not set("/?#") & set(before))
    assert judge(f"https://{before}@{host}/", DOMAINS).verdict != "own"
