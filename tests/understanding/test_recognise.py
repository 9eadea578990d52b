"""Error messages, and what they are taken for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.flowfile.wording import wording
from bot.model.flow import Phrase
from bot.model.signature import Signature, Wording
from bot.understanding.normal import code_words, sentences
from bot.understanding.recognise import MAX_CHARACTERS, SURE, Recogniser
from bot.understanding.wordings import WordingIndex
from tests.desk import shipped

GROUPS = {"password": ["mot de passe", "password"], "expired": ["expir*", "plus valable"]}


def phrase(written: str) -> Wording:
    """A phrase as an author writes it."""
    found = wording(written, GROUPS)
    assert isinstance(found, Wording)
    return found


def signature(id_: str, cause: str, *phrases: str, codes: tuple[str, ...] = (), **more: tuple[str, ...]) -> Signature:
    """A signature with these phrases."""
    said = Phrase(f"signatures.{id_}", "…")
    return Signature(id_, cause, said, said, codes, tuple(map(phrase, phrases)), **more)


def desk() -> Recogniser:
    """The shipped signatures."""
    (file,) = shipped().signatures
    return Recogniser(file.signatures, file.ignored)


DESK = desk()


@pytest.mark.parametrize(
    ("text", "cause", "id_"),
    [
        ("Votre mot de passe n'est plus valable.", "expired_password", "password_expired"),
        ("VOTRE MOT DE PASSE A EXPIRE", "expired_password", "password_expired"),
        ("mdp trop court", "expired_password", "password_policy"),
        ("Your new password needs one digit", "expired_password", "password_policy"),
        ("identifiant ou mot de passe incorrect", "wrong_credentials", "credentials_refused"),
        ("bad password", "wrong_credentials", "credentials_refused"),
        ("Compte désactivé", "account_locked", "account_disabled"),
        ("Too many failed tries", "account_locked", "too_many_attempts"),
        ("Code OTP refusé", "otp_blocked", "otp_refused"),
        ("La clé de sécurité est bloquée", "otp_blocked", "otp_locked"),
        ("Votre session a expiré", "silent_redirect", "session_expired"),
        ("ERR_TOO_MANY_REDIRECTS", "silent_redirect", "redirect_loop"),
        ("Activez JavaScript", "browser_issue", "javascript_off"),
        ("SEC_ERROR_UNKNOWN_ISSUER", "browser_issue", "certificate_untrusted"),
        ("DNS_PROBE_FINISHED_NXDOMAIN", "phishing_or_url", "address_unknown"),
        ("Ce site est trompeur", "phishing_or_url", "dangerous_site"),
        ("Erreur 503", "portal_saturated", "server_down"),
        ("Le portail est en maintenance", "portal_saturated", "maintenance"),
        ("535 5.7.8 refused", "mail_client", "mail_login"),
        ("Le serveur IMAP est injoignable", "mail_client", "mail_settings"),
        ("403 Forbidden", "other", "forbidden"),
        ("Aucune connexion à Internet", "other", "no_network"),
    ],
)
def test_shipped_signatures(text: str, cause: str, id_: str) -> None:
    """Short messages of every cause, in both languages."""
    reading = DESK.read(text)
    assert (reading.cause, reading.signature) == (cause, id_)
    assert reading.confidence >= SURE
    assert reading.suggestions[0] == cause
    assert id_ in reading.because


@pytest.mark.parametrize(
    "text",
    [
        "j'ai eu ça ce matin : « {} » et depuis je n'arrive plus à rien",
        "it says: {} What now?",
        "Accueil\nMessagerie\nBesoin d'aide ?\n{}\nMot de passe oublié ?\nNous utilisons des cookies.",
        "Accueil\n" * 200 + "{}\n" + "Plan du site\n" * 150,
    ],
)
def test_a_message_among_other_words(text: str) -> None:
    """What the person says around it, or the page that it stood on, does not matter."""
    assert DESK.read(text.format("Votre compte est verrouillé")).cause == "account_locked"


def test_every_example_is_recognised() -> None:
    """As what it is an example of."""
    (file,) = shipped().signatures
    for each in file.signatures:
        for example in each.examples:
            assert DESK.read(example).cause == each.cause, example


@pytest.mark.parametrize("text", ["", "???", "zzz qqq", "bonjour", "Accueil\nMentions légales"])
def test_what_says_nothing_names_no_cause(text: str) -> None:
    """Rather none than a wrong one."""
    reading = DESK.read(text)
    assert (reading.cause, reading.signature) == (None, None)


def test_the_wording_that_says_most_wins() -> None:
    """Of two wordings, the longer; a code before any wording."""
    one = signature("one", "a", "<password>")
    two = signature("two", "b", "<password> … <expired>")
    three = signature("three", "c", codes=("PE99",))
    known = Recogniser([one, two, three])
    assert known.read("password").cause == "a"
    reading = known.read("Mot de passe : il a expiré")
    assert (reading.cause, reading.suggestions) == ("b", ("b", "a"))
    assert reading.because == 'the phrase "<password> … <expired>" of two'
    assert known.read("pe99 mot de passe expiré").because == 'the code "PE99" of three'


def test_what_is_as_likely_is_left_open() -> None:
    """With both as suggestions, the first in the file first; what else speaks for one decides."""
    known = Recogniser([signature("one", "a", "passage", "dormir"), signature("two", "b", "fromage", "courir")])
    tied = known.read("passage, fromage")
    assert (tied.cause, tied.signature, set(tied.suggestions)) == (None, None, {"a", "b"})
    assert tied.confidence < SURE
    decided = known.read("passage, fromage, dormir")
    assert decided.suggestions == ("a", "b")
    assert decided.confidence > tied.confidence


def test_what_it_is_like_decides() -> None:
    """Between causes of which as much is found."""
    examples = ("Le passage de la session est bien fermé",)
    known = Recogniser([signature("one", "a", "passage"), signature("two", "b", "session", examples=examples)])
    assert known.read("ce passage de session est bien fermé").suggestions == ("b", "a")


def test_patterns() -> None:
    """They see small letters without accents."""
    known = Recogniser([signature("one", "a", patterns=(r"\bcafe \d{3}\b",))])
    assert known.read("CAFÉ 123").because == r'the pattern "\bcafe \d{3}\b" of one'
    assert known.read("cafe 12").cause is None


def test_what_is_like_an_example() -> None:
    """Is at least a suggestion."""
    known = Recogniser(
        [
            signature("one", "a", "xyz", examples=("La fenêtre reste toute grise",)),
            signature("two", "b", "xyz", examples=("Le clavier ne répond pas",)),
        ]
    )
    reading = known.read("ma fenêtre toute grise")
    assert reading.suggestions == ("a", "b")
    assert reading.because == "it is most like messages of a"
    assert known.read("ma fenêtre reste toute grise, la fenêtre grise").cause is None
    assert Recogniser([]).read("fenêtre").because == "nothing in it is known"


def test_what_is_like_a_phrase() -> None:
    """Is at least a suggestion: the phrase itself need not fit."""
    known = Recogniser([signature("one", "a", "serveur (fatigué|endormi)"), signature("two", "b", "fenêtre ouverte")])
    reading = known.read("des serveurs qui seraient endormis")
    assert (reading.suggestions, reading.signature) == (("a", "b"), None)


def test_everyday_words_in_a_text_of_signs() -> None:
    """They are no error message by standing in one text."""
    signs = "<b>Faute</b> & <i>x('y')</i> *gras* _trait_ `code` [adresse](http://a.example) {nom}\n" + "é" * 3_300
    assert DESK.read(signs).cause is None


def test_ignored_sentences() -> None:
    """They say nothing where there are others; alone they are the message."""
    known = Recogniser([signature("one", "a", "<password>")], [phrase("<password> oublié")])
    assert known.read("Mot de passe oublié ?").cause == "a"
    assert known.read("Bonjour.\nMot de passe oublié ?").cause is None


@pytest.mark.parametrize(
    ("written", "text", "fits"),
    [
        ("mot de passe", "MOT  DE PASSÉ", True),
        ("mot de passe", "mot, de passe", True),
        ("mot de passe", "mot du passe", False),
        ("mot … passe", "mot de un deux trois quatre cinq passe", True),
        ("mot … passe", "mot de un deux trois quatre cinq six passe", False),
        ("mot … passe", "mot. passe", False),
        ("mot … passe … mot", "passe mot passe mot", True),
        ("passe + mot", "mot un passe", True),
        ("passe + mot", "passe un mot", True),
        ("passe + mot", "mot " + "x " * 8 + "passe", True),
        ("passe + mot", "mot " + "x " * 9 + "passe", False),
        ("passe + mot", "mot.\nPasse", False),
        ("passe + mot", "mot\npasse", True),
        ("passe + passe", "passe", False),
        ("passe + passe", "passe passe", True),
        ("verrouill*", "Déverrouillé", False),
        ("verrouill*", "Verrouillée", True),
        ("compte verrouill*", "compte verrouillé", True),
        ("compte verrouill*", "compte", False),
        ("(tôt|plus tard)", "plus tard", True),
        ("serveur site.exemple", "serveur https://a.example/b?c=d", True),
        ("serveur imap.exemple.fr", "serveur imap.autre.example", True),
        ("serveur imap.exemple.fr", "serveur www.autre.example", False),
        ("de nom@site.exemple", "de moi@autre.example", True),
    ],
)
def test_wordings(written: str, text: str, fits: bool) -> None:
    """What each sign stands for."""
    index = WordingIndex([(0, phrase(written))])
    assert bool(index.find(sentences(text))) is fits


@pytest.mark.parametrize(
    ("code", "text", "fits"),
    [
        ("PE21", "erreur (pe21)", True),
        ("PE21", "PE210", False),
        ("ERR_CERT_*", "net::ERR_CERT_DATE_INVALID", True),
        ("AADSTS*", "AADSTS50055", True),
        ("EXPIRED", "[EXPIRED]", True),
        ("EXPIRED", "expired", False),
        ("5.7.8", "535 5.7.8 no", True),
    ],
)
def test_codes(code: str, text: str, fits: bool) -> None:
    """As they are written, but for small letters where digits or _ show that it is a code."""
    known = Recogniser([signature("one", "a", codes=(code,))])
    assert bool(known.claims(text)) is fits


def test_no_words() -> None:
    """A text without words has no sentences."""
    assert sentences(" \n?! ") == ()
    assert code_words("…") == ((),)


HOSTILE = st.sampled_from(
    [
        "a",
        "password ",
        "expired ",
        "a.",
        "a@",
        "x@a.",
        "\n",
        "(",
        "1.",
        "a-",
        " .",
        "imap ",
        "_",
        "é",
        "imap.a.",
        "<",
        "İ",
    ]
)


@given(st.lists(HOSTILE, min_size=1, max_size=3).map("".join), st.integers(1, MAX_CHARACTERS))
def test_every_text_is_read(piece: str, times: int) -> None:
    """Whatever it is, and however long."""
    reading = DESK.read((piece * times)[: MAX_CHARACTERS + 1])
    assert 0 <= reading.confidence <= 1
    assert len(set(reading.suggestions)) == len(reading.suggestions) <= 3
    assert reading.cause is None or reading.cause == reading.suggestions[0]


@given(st.text(), st.text())
def test_reading_is_repeatable(text: str, other: str) -> None:
    """What was read before changes nothing."""
    first = DESK.read(text)
    DESK.read(other)
    assert DESK.read(text) == first
