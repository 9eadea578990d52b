"""Words that say something about a password, where a password could stand: "refusé", "is too short".

A word alone is taken for a password only when it is none of these. Folded, French and English together.
"""

import re

from bot.understanding.candidate import Candidate

_SAID = """
    a able about above absent acces access accessible account accounts accueil across active actual actually
    administrateur adresse advice after ag again agent ah ai aide ainsi alerte all almost alone alors already also
    although always am an and annee annuler antivirus any anymore anyone anything app apparently appli application
    apps apres are aren around as assistance at attempt attempts attente attention au aucun aucune aujourd aussi
    authorization autre autres aux avait avant avec avertissement avez avoir avons back bad be beau beaucoup
    because been before being bel below bete between bien bientot bienvenue bit bizarre blank boite bon bonjour
    bonne bonnes bons both boucle bouclier bouton box bug bugge but button by ca cache can cancel cannot caps car
    caractere caracteres cas case ce cela celle celles celui certificat ces cet cette ceux champ champs chaque
    character characters chars check chez chrome ci cle clearly clef click closed code codes comme comment
    compatible complet complexe complexite complexity compris compte confidentiel confirm confirmation confirme
    conforme connecte connecter connectez connection connexion connu console constraint contact contain contains
    continue cookie cookies cool cordialement correspond correspondent could couldn courriel court courts
    credentials cree criteres criteria current currently d dans date day days de dead deja delai depasse depuis
    dernier derniere des desole deux devenu devenue device dialog digit digits directory disabled dispo dit do
    does doesn doing dois doit doivent don donc done dont dossier double down du due dur each echeance echec ecole
    ecran eduroam egalement either elle elles else email empty en enabled encore encrypted enough ensuite ent
    enter erreur error espace est et etait ete etes etre eu eux every evident exact exactly except exemple
    existant facile facilement faible fail failed failing fails failure fait faites false faudrait faut faux ferme few
    fiche field fields fine fini finit firefox fois for forbidden forgot forgotten format forms formulaire fort
    fou foutu from full gestionnaire gets getting given go goes gone good google got grave grise gros guess had
    has hash hasn have he hello help her here heure heures hi hier him hint his historique history hors hotline
    hours how however hs i ici id idem if ignore il ils imap impossible in inactif inchange incomplet incomplete
    inconnu indisponible infini info informatique input inscription inscrire instead insuffisant insuffisante
    internet into introuvable inutile iprof is isn issue it its itself j jamais jaune je jeune jour jours just
    juste keeps kept kerberos keyboard keychain know known ko l la lance language laquelle last ldap le least
    length lent lequel les less letter letters lettre lettres leur leurs liaison lien ligne like line link lire
    lisible liste litige local login loin long longer longs longueur lors lost lowercase lui lycee m ma mail mails
    mais majuscule majuscules mal manquant manque masque mauvais mauvaise maximum may mdp me mechanism meme memes
    memoire merci mes message messagerie method mieux min mine mini minimum minuscule minuscules minute minutes
    mis mismatch missing mode modif moi moins mois mon months montre more mort most mot motif mots moyen much must
    my n na naissance name nan navigateur ne need needed needs neuf never new next ni nickel nil no nom nombre non
    none nope nor normal nos not note nothing notre nous nouveau nouveaux nouvel nouvelle now nul null number
    numbers numen numero obligatoire obsolete of off office officiel often ok old on once one only ont option
    optional or ordinateur other ou ouf oui our out outdated outlook over own owner page panne par parametre
    parametres parce parfait partie pas pass passe passer passphrase password passwords patientez pb pc pendant
    perdu perdus personnel peu peut peuvent phone photo pin pire plain plante please plus point policies policy
    politique portail portal porteur possession possible poste pour pourquoi pourtant pouvez precedent premier
    prenom preremplie pret pris prompt pronote propose propre proprietaire protected provisoire pu puis
    punctuation quality quand que quel quelle quelqu quelque quelques qui quite quoi quota raison rappel reconnu
    recovery rectorat redevenu redirection regle regles reponse reseau reste result retour retry rien right
    robuste role rouge roundcube rule rules s sa safe sait same samsung sans sauf save says scolarite screen se
    secondaire seconde secondes secret secure secured securite security see seems selon semaine semaines sensitive
    server serveur service ses session settings seul she short should show shown si sign simple since sinon site
    size sms smtp so societe sogo soit some somehow someone something son sont soon sous special speciaux ssl sso
    status statut still stored stp strategie strength strong stuck submit such sufisant suis suite suivant suivi
    support sur svp symbol symbole symboles symbols system systeme t ta tache tant tape tapez te tel telephone
    temps tentative tentatives terminal tes test text texte than thanks that the their them then there these they
    thing things this those though through thunderbird ticket till times tjrs tjs tls to today toi token ton too
    touche toujours tous tout toute toutes tres tried trop true try tu type un unable unavailable unchanged undefined
    under une unique uniquement universel unknown unsupported until up uppercase url us usage use used user
    username utile va vais valable valeur value verr vers version vert very veuillez veut veux via vide vieux
    virus visible voici voila voir vos votre vous vpn vrai vraie vu vue warning was wasn way we weak webmail week
    weeks well were what when where whether which while whitespace who why wifi will windows with without won
    working works would wrong xhr y years yes yesterday yet you your yours zimbra zone
"""
_BEGINNINGS = """
    accept actualis affich attend authenti autoris block bloqu chang chiffr communiqu compromis configur correct
    deman desactiv differen donn echou enregistr entr envoy erron essay exig expir fauss fonction genere identi
    incorr indiqu initial inval lock march match memoris modifi necess oubli perim perm prob proteg recogni recu
    redemand refus reinit reject rejet remember remplac renouvel renseign requ reset respect saisi sauvegard
    supprim synchron temporair transm updat utilis valid verif verrouill
"""
_ENDINGS = """
    able al ant ante ed ees ent eux ful ible ic ing ique ive ly ous tion
"""
"""How words end that say in what state something is, after "is"."""

_WORDS = frozenset(_SAID.split())
_STEMS = tuple(_BEGINNINGS.split())
_STATES = tuple(_ENDINGS.split())

_PARTICIPLE = re.compile(r"[éÉ](?:e|s|es|E|S|ES)?$")
_PARTS = re.compile(r"[^\W\d_]+")


def is_talk(folded: str) -> bool:
    """Whether a folded word belongs to talk about passwords; of a compound, its first part counts."""
    part = _PARTS.search(folded)
    return part is None or part[0] in _WORDS or part[0].startswith(_STEMS)


def is_state(word: Candidate) -> bool:
    """Whether a word after "is" says in what state the password is: an adverb, a participle, many an adjective."""
    return is_talk(word.folded) or word.folded.endswith(_STATES) or _PARTICIPLE.search(word.shown) is not None
