"""Web addresses as people copy and type them."""

import re
from ipaddress import IPv6Address
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.answer import WebAddress
from bot.model.inputs import Answer, Miss
from bot.model.verdict import Reason
from bot.understanding.address import web_address

OURS = "messagerie.ac-aix-marseille.fr"


def address(text: str) -> WebAddress:
    """The address that is understood."""
    meant = web_address(text)
    assert isinstance(meant, Answer)
    assert isinstance(meant.value, WebAddress)
    return meant.value


@pytest.mark.parametrize(
    ("text", "kept", "host"),
    [
        (f"https://{OURS}/login", f"https://{OURS}/login", OURS),
        ("https://A.Example.ORG/?ticket=ST-1#x", "https://a.example.org/", "a.example.org"),
        ("HTTPS://a.example.org:443/x;jsessionid=1", "https://a.example.org:443/x", "a.example.org"),
        ("https://a.example.org/x%3Bjsessionid=1", "https://a.example.org/x", "a.example.org"),
        ("https://a.example.org/x%23y%3Fz", "https://a.example.org/x", "a.example.org"),
        ("l'adresse est www.example.org/page.", "https://www.example.org/page", "www.example.org"),
        ("«https://example.org/é»", "https://example.org/é", "example.org"),
        ("C'est (https://example.org/x).", "https://example.org/x", "example.org"),
        ("adresse:https://example.org", "https://example.org", "example.org"),
        ("https://example.org./x", "https://example.org/x", "example.org"),
        ("https://192.0.2.7/login", "https://192.0.2.7/login", "192.0.2.7"),
        ("https://a_b.example.org/", "https://a_b.example.org/", "a_b.example.org"),
        ("https://a.example/ puis https://b.example/", "https://a.example/", "a.example"),
        ("https://a.example/?u=https://b.example/", "https://a.example/", "a.example"),
        ("https://a.example/@b.example", "https://a.example/@b.example", "a.example"),
        ("https://a.example/x\ny", "https://a.example/x", "a.example"),
        ("https://a.example\nhttps://b.example", "https://a.example", "a.example"),
        ("https://a.example\nmerci.", "https://a.example", "a.example"),
        ("« https://a.example », je crois", "https://a.example", "a.example"),
        ('<a href="https://a.example/x">ici</a>', "https://a.example/x", "a.example"),
    ],
)
def test_an_address(text: str, kept: str, host: str) -> None:
    """It is kept without what may hold secrets."""
    assert address(text) == WebAddress(kept, host)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (OURS, OURS),
        ("evil.example", "evil.example"),
        ("evil.example?next=messagerie.ac-aix-marseille.fr", "evil.example"),
        ("evil.example/?u=https://messagerie.ac-aix-marseille.fr/", "evil.example"),
        ("c'est www.evil.zip", "www.evil.zip"),
        ("c'est evil.zip/login", "evil.zip"),
        ("c'est evil.example:8443", "evil.example"),
        ("c'est evil.com", "evil.com"),
        ("c'est l'evil.example.org, je crois", "evil.example.org"),
        ("URL=a.b.example", "a.b.example"),
        ("192.0.2.7", "192.0.2.7"),
        ("xn--e1afmkfd.xn--p1ai", "xn--e1afmkfd.xn--p1ai"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("jean.dupont@ac-aix-marseille.fr, sur www.example.org", "www.example.org"),
    ],
)
def test_an_address_without_its_scheme(text: str, host: str) -> None:
    """Browsers hide "https://"."""
    found = address(text)
    assert found.host == host
    assert found.text.startswith(f"https://{host}")
    assert found.reasons == (("odd_port",) if ":8443" in text else ())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"https://evil.example\\@{OURS}/", "https://evil.example"),
        (f"https:\\\\evil.example\\@{OURS}/", "https://evil.example"),
        (f"evil.example\\@{OURS}/", "https://evil.example"),
        (f"https://evil.example/x\\{OURS}", "https://evil.example/x"),
    ],
)
def test_a_backslash_ends_it(text: str, kept: str) -> None:
    """Browsers take it for a slash: what follows is not the host."""
    assert address(text) == WebAddress(kept, "evil.example", ("disguised",))


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (f"http://{OURS}/", ["not_https"]),
        (f"https://jean:secret@{OURS}/", ["user_info"]),
        (f"https://jean@{OURS}/", ["user_info"]),
        (f"https://@{OURS}/", ["user_info"]),
        (f"http://jean:secret@{OURS}/", ["user_info", "not_https"]),
        (f"jean:secret@{OURS}/", ["user_info"]),
        (f"evil.example@{OURS}/", ["user_info"]),
        (f"evil.example@jean@{OURS}:443", ["user_info"]),
        (f"https://{OURS}:8443/", ["odd_port"]),
        (f"http://{OURS}:80/", ["not_https"]),
        (f"http://{OURS}:443/", ["odd_port", "not_https"]),
        (f"https:{OURS}/", ["disguised"]),
        (f"https:/{OURS}/", ["disguised"]),
        (f"https:///{OURS}/", ["disguised"]),
        (f"https:\\\\{OURS}/", ["disguised"]),
        (f"https://{OURS[:4]}\t{OURS[4:]}/", ["disguised"]),
        (f"ftp://\t{OURS}/", ["other_scheme", "disguised"]),
        (f"https://{OURS.replace('a', '%61')}/", ["disguised"]),
        (f"https://{OURS.replace('.', '。')}/", ["disguised"]),
        (f"https://{OURS.replace('a', 'ａ')}/", ["disguised"]),
        (f"https://{OURS.replace('s', chr(0xAD) + 's')}/", ["disguised"]),
        (f"ftp://{OURS}/", ["other_scheme"]),
        (f"wss://{OURS}/", ["other_scheme"]),
    ],
)
def test_what_speaks_against_it_is_marked(text: str, reasons: list[Reason]) -> None:
    """Whosever the host is; user-info is dropped."""
    found = address(text)
    assert (found.host, list(found.reasons)) == (OURS, reasons)
    assert found.suspicious
    assert not re.search("jean|secret|evil|@", found.text)


@pytest.mark.parametrize(
    ("text", "kept", "reason"),
    [
        ("javascript:alert('a secret')", "javascript:", "script_url"),
        ("JavaScript:void(0)", "javascript:", "script_url"),
        ("\x01 java\nscript:alert(1)", "javascript:", "script_url"),
        (f"javascript:location='https://{OURS}/'", "javascript:", "script_url"),
        ("la barre dit vbscript:msgbox(secret)", "vbscript:", "script_url"),
        ("data:text/html,secret", "data:", "data_url"),
        (f"data:text/html,https://{OURS}/", "data:", "data_url"),
        ("file:///C:/secret.html", "file:", "other_scheme"),
        (f"blob:https://{OURS}/secret", "blob:", "other_scheme"),
        (f"view-source:https://{OURS}/", "view-source:", "other_scheme"),
    ],
)
def test_an_address_that_leads_to_no_site(text: str, kept: str, reason: Reason) -> None:
    """It is an answer, and nothing of what it holds is kept."""
    assert address(text) == WebAddress(kept, "", (reason,))


@pytest.mark.parametrize(
    ("text", "host"),
    [
        (f"https://{OURS}\n.evil.example/", f"{OURS}.evil.example"),
        (f"https://{OURS}\r\n\t@evil.example", "evil.example"),
        (f"https://{OURS}\n-x\n.evil\n.example", f"{OURS}-x.evil.example"),
    ],
)
def test_a_line_break_does_not_end_a_host(text: str, host: str) -> None:
    """Where what follows goes on with it: browsers take it out."""
    found = address(text)
    assert (found.host, found.suspicious) == (host, True)


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://messagerie.ас-aix-marseille.fr/", "messagerie.xn---aix-marseille-utl6u.fr"),
        ("https://ÉCOLE.example/", "xn--cole-9oa.example"),
        ("https://ac-aix-marseille.fr。evil.example/", "ac-aix-marseille.fr.evil.example"),
        ("https://ｅｘａｍｐｌｅ.org/", "example.org"),
    ],
)
def test_a_host_is_kept_as_it_is_asked_for(text: str, host: str) -> None:
    """Letters that look alike show as punycode; in the text too."""
    found = address(text)
    assert found.host == host
    assert found.text == f"https://{host}/"
    assert found.reasons == (("disguised",) if host.isascii() and "xn--" not in host else ())


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://192.0.2.7/", "192.0.2.7"),
        ("https://3221225991/", "192.0.2.7"),
        ("https://0xC0000207/", "192.0.2.7"),
        ("https://0xC0.0.0x2.07/", "192.0.2.7"),
        ("https://192.519./", "192.0.2.7"),
        ("https://0x7F.0x/", "127.0.0.0"),
        ("https://[2001:DB8:0::1]/", "2001:db8::1"),
        ("https://[::ffff:192.0.2.7]:8443/", str(IPv6Address("::ffff:192.0.2.7"))),
    ],
)
def test_a_number_for_a_host(text: str, host: str) -> None:
    """However it is written."""
    found = address(text)
    assert found.host == host
    assert ("disguised" in found.reasons) == ("[" not in text and f"/{host}/" not in text)


@pytest.mark.parametrize(
    "text",
    [
        "je ne sais pas",
        "x",
        "8.15",
        "à 8.15",
        "version 1.2.3",
        "file.pdf",
        "voir capture.PNG",
        "dossier/file.pdf",
        "La page est blanche.je ne sais plus",
        "jean.dupont@ac-aix-marseille.fr",
        "mailto:jean.dupont@ac-aix-marseille.fr",
        "@ac-aix-marseille.fr",
        "https://",
        "http://localhost/x",
        "https://[::1/",
        "https://a..b/",
        "https://-a.example/",
        "https://a.example:99999/",
        "https://evil.example%2F.ac-aix-marseille.fr/",
        "https://evil.example／ac-aix-marseille.fr/",
        "https://a\u200d.example/",
        f"https://{'a' * 64}é.example/",
        f"https://{'a.' * 127}example/",
        "evil\u200bac-aix-marseille.fr",
        f"https://localhost/ {OURS}",
        f'https://{OURS}".evil.example/',
        f"https://{OURS}<wbr>.evil.example/",
        f"https://{OURS} .evil.example/",
        f"https://{OURS} @evil.example/",
        f"http:// {OURS}/",
        f'https:/"{OURS}/"',
        f'https:443"{OURS}/"',
        f"http: {OURS}",
        f"https:https://{OURS}/",
        f"http:https://{OURS}/",
        f"javascript:{OURS}",
        f"evil.example:{OURS}",
        f"evil.example,{OURS}",
        f"https://{OURS}<^evil.example/",
        f'https://{OURS}"=@evil.example/',
        f"https://{OURS}\x1f.evil.example/",
        f"https://{OURS}\x0bevil.example/",
        f"https://{OURS}\n\x1f%2F.evil.example/",
        f"https://{OURS}\nmerci.\nJean",
        f'https://{OURS}\n.evil"x.example/',
        "javascript: activé",
        "data: rien",
        "about:blank",
        "1.2.3.256",
        "https://1.2.3.256/",
        "https://256.1/",
        "https://1.2.3.4.5/",
        "https://evil.08/",
        "https://1.08/",
        "https://[1::2::3]/",
        "https://[::1]x/",
        "https://a.example:80:80/",
        "https://a.example:x/",
        "https://%ff.example/",
        "https://%2561.example/",
        "https:rien",
        "protocole https: rien",
    ],
)
def test_no_address(text: str) -> None:
    """What is no address, or one that cannot be read with certainty, is asked again."""
    assert web_address(text) == Miss(text, "not_an_address")


@given(st.text())
def test_nothing_after_the_path_is_kept(text: str) -> None:
    """Whatever it is."""
    found = address(f"https://example.org/{text}")
    assert found.host == "example.org"
    assert not set("\\?#;") & set(found.text)


LABEL = st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?", fullmatch=True)
HOSTS = st.builds("{}.{}".format, st.lists(LABEL, min_size=1, max_size=4).map(".".join), st.sampled_from(["fr", "Org"]))
SECRET = st.text(st.characters(categories=["Lu"]), min_size=8)


@given(HOSTS, st.sampled_from(["", ":443"]), st.sampled_from(["", "/", "/Page/1"]))
def test_plain_hosts_are_those_of_the_standard_library(host: str, port: str, path: str) -> None:
    """With a scheme and without."""
    url = f"https://{host}{port}{path}"
    assert address(url) == WebAddress(f"https://{host.lower()}{port}{path}", urlsplit(url).hostname or "")
    assert address(f"{host}{port}{path}") == address(url)


@given(SECRET, SECRET, HOSTS, st.sampled_from(["https://", "http://", ""]))
def test_user_info_is_never_kept(user: str, password: str, host: str, scheme: str) -> None:
    """Neither in the host nor in the text."""
    found = address(f"{scheme}{user}:{password}@{host}/")
    assert found.host == host.lower()
    assert found.text == f"{scheme or 'https://'}{host.lower()}/"
    assert "user_info" in found.reasons


@given(st.text() | st.text("a.@:/\\[]%é-_ '(", max_size=30), st.sampled_from(["{}", "https://{}", "{}.example.org/x"]))
def test_every_host_can_be_asked_for(text: str, around: str) -> None:
    """No text raises, and a host is made of small ASCII letters, digits and what joins them."""
    meant = web_address(around.format(text))
    if isinstance(meant, Answer):
        assert isinstance(meant.value, WebAddress)
        host = meant.value.host
        assert re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?|[0-9a-f:.]+", host)
        assert re.match(rf"https?://(?:{host}|\[{host}\])", meant.value.text)
