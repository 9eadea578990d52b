"""What is left of a message once its secrets are cut: something that was said, or only words that announced them."""

import re

from bot.understanding.passwords import NAME
from bot.understanding.traced import GONE, trace

_SAID = """
    a acces account actuel actuelle ai also an ancien ancienne and api are as au aussi authentification
    authorization avec bearer bien birth birthday bonjour bonsoir born c ca card carte ce ceci cela celle celui
    cest cet cette cle clef code codes comme compte connexion cookie cookies credentials current d date ddn de des
    deuxieme dob donc du email en entered essaye est et etait first following for have hello here hi i iban id
    identifiant identifiants identifier il is it j je jeton jsessionid key l la le les login ma mail mdp merci mes
    messagerie mets mis mon mot mots my naissance ne nee new nir notre nouveau nouveaux nouvelle number numen
    numero of old on one or otp ou our pass passe passphrase password passwords pin plait please portail portal
    pour premier provisoire puis put pwd received recu recue rentre rib s saisi salut second secret secrets secu
    securite security session sms social sociale sont still stp suivant suivante svp tape temporaire temporary
    text thank thanks that the then these this time token tokens toujours tried typed un une unique usage use used
    user username utilise verification voici voila votre vous was webmail with you your
"""
_ANNOUNCING = frozenset(_SAID.split())
"""Words that lead to a secret or go with one, folded: French and English together."""

_WORD = re.compile(r"[^\W_]+")


def only_secrets(text: str) -> bool:
    """Whether a text holds marks of secrets and, besides, nothing but words that announce them."""
    folded = trace(text).folded
    return GONE in folded and all(word in _ANNOUNCING for word in _WORD.findall(NAME.sub(" ", folded)))
