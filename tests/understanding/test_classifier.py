"""Labels by examples."""

from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.classifier import Classifier
from bot.understanding.features import MAX_CHARACTERS, features, words
from bot.understanding.synonyms import SYNONYMS, Synonyms

EXAMPLES = [
    ("door", "la porte de la salle est fermée"),
    ("door", "the handle came off"),
    ("lamp", "la lampe clignote au plafond"),
    ("lamp", "the light flickers"),
    ("password", "mon mot de passe a expiré"),
]
CLASSIFIER = Classifier(EXAMPLES)


@given(st.text())
def test_probabilities(text: str) -> None:
    """Every label has one, they sum to 1, and the likeliest comes first."""
    ranked = CLASSIFIER.ranked(words(text))
    shares = [share for _, share in ranked]
    assert sorted(label for label, _ in ranked) == ["door", "lamp", "password"]
    assert isclose(sum(shares), 1)
    assert shares == sorted(shares, reverse=True)


def test_likeliest() -> None:
    """By words, by pieces of misspelt words, and by what words mean in the other language."""
    assert CLASSIFIER.ranked(words("la poignée de la porte"))[0][0] == "door"
    assert CLASSIFIER.ranked(words("le plafon clinote"))[0][0] == "lamp"
    assert CLASSIFIER.ranked(words("pwd out of date"))[0][0] == "password"


def test_nothing_known() -> None:
    """All labels are equally likely then; without examples there are none."""
    assert CLASSIFIER.ranked(words("?!")) == [("door", 1 / 3), ("lamp", 1 / 3), ("password", 1 / 3)]
    assert Classifier([]).ranked(words("la porte")) == []


def test_known_words() -> None:
    """Whole words, not pieces of them."""
    assert CLASSIFIER.knows("porte")
    assert not CLASSIFIER.knows("port")


def test_number_of_examples_does_not_count() -> None:
    """A label with many examples is not likelier for that."""
    many = Classifier([("lamp", f"lampe numero{number}") for number in range(50)] + [("door", "porte qui grince")])
    assert many.ranked(words("porte"))[0][0] == "door"


def test_words() -> None:
    """Folded; signs are no words, and what is very long is cut."""
    assert words("Ça n’a PAS marché : “Erreur 503” !") == ["ca", "n", "a", "pas", "marche", "erreur", "503"]
    assert words("🤷 ??") == []
    assert [len(word) for word in words("x" * 100 + " y")] == [30, 1]
    assert len(words("ab " * MAX_CHARACTERS)) == MAX_CHARACTERS // 3 + 1


def test_features() -> None:
    """Words, pairs, pieces and meanings, each with its weight."""
    found = features(["mdp", "perime"], Synonyms())
    assert found == {
        " mdp ": 2,
        " perime ": 2,
        " mdp perime ": 1,
        "<mdp": 1,
        "mdp>": 1,
        "<per": 1,
        "peri": 1,
        "erim": 1,
        "rime": 1,
        "ime>": 1,
        "#expired": 3,
        "#password": 3,
        "#expired+password": 2,
    }


def test_synonyms() -> None:
    """Words, beginnings of words, and words that follow each other."""
    synonyms = Synonyms({"car": "car auto* four_wheel*", "shop": "car_dealer"})
    assert set(synonyms.meanings(["automobile"])) == {"car"}
    assert set(synonyms.meanings(["a", "four", "wheeler"])) == {"car"}
    assert sorted(synonyms.meanings(["car", "dealer"])) == ["car", "shop"]
    assert list(synonyms.meanings(["card", "four", "dealer", "wheel"])) == []


def test_stars_stand_after_three_letters() -> None:
    """By these a beginning is looked up; with fewer letters it would mean everything."""
    begun = {
        word for written in SYNONYMS.values() for word in written.split() if word.endswith("*") and "_" not in word
    }
    assert not [word for word in begun if len(word) <= 3]
