"""Web addresses as people copy and type them."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.answer import WebAddress
from bot.model.inputs import Answer, Miss
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
        ("HTTPS://a.example.org:8443/x;jsessionid=1", "https://a.example.org:8443/x", "a.example.org"),
        ("l'adresse est www.example.org/page.", "https://www.example.org/page", "www.example.org"),
        ("«https://example.org/é»", "https://example.org/é", "example.org"),
        ("C'est (https://example.org/x).", "https://example.org/x", "example.org"),
        ("adresse:https://example.org", "https://example.org", "example.org"),
        ("https:///example.org/x", "https://example.org/x", "example.org"),
        ("https://example.org./x", "https://example.org/x", "example.org"),
        ("https://192.0.2.7/login", "https://192.0.2.7/login", "192.0.2.7"),
        ("https://a_b.example.org/", "https://a_b.example.org/", "a_b.example.org"),
        ("https://a.example/ puis https://b.example/", "https://a.example/", "a.example"),
        ("https://a.example/?u=https://b.example/", "https://a.example/", "a.example"),
        ("https://a.example/@b.example", "https://a.example/@b.example", "a.example"),
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
    assert not found.suspicious


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
    assert address(text) == WebAddress(kept, "evil.example")


@pytest.mark.parametrize(
    ("text", "insecure", "user_info"),
    [
        (f"http://{OURS}/", True, False),
        (f"https://jean:secret@{OURS}/", False, True),
        (f"https://jean@{OURS}/", False, True),
        (f"https://@{OURS}/", False, True),
        (f"http://jean:secret@{OURS}/", True, True),
        (f"jean:secret@{OURS}/", False, True),
        (f"evil.example@{OURS}/", False, True),
        (f"evil.example@jean@{OURS}:443", False, True),
    ],
)
def test_what_is_suspicious_is_marked(text: str, insecure: bool, user_info: bool) -> None:
    """Plain http, and user-info, which is dropped."""
    found = address(text)
    assert (found.host, found.insecure, found.user_info) == (OURS, insecure, user_info)
    assert found.suspicious
    assert not re.search("jean|secret|evil|@", found.text)


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
        "ftp://example.org/",
        "javascript:alert(1)",
        "data:text/html,https://example.org/",
        "https://",
        "http://localhost/x",
        "https://[::1/",
        "https://[2001:db8::1]/",
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


@given(HOSTS, st.sampled_from(["", ":8443"]), st.sampled_from(["", "/", "/Page/1"]))
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
    assert found.user_info


@given(st.text() | st.text("a.@:/\\[]%é-_ '(", max_size=30), st.sampled_from(["{}", "https://{}", "{}.example.org/x"]))
def test_every_host_can_be_asked_for(text: str, around: str) -> None:
    """No text raises, and a host is made of small ASCII letters, digits and what joins them."""
    meant = web_address(around.format(text))
    if isinstance(meant, Answer):
        assert isinstance(meant.value, WebAddress)
        assert re.fullmatch(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", meant.value.host)
        assert meant.value.text.startswith(("https://" + meant.value.host, "http://" + meant.value.host))
