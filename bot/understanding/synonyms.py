"""Words that mean the same to somebody who cannot open a mailbox, in French and English, by what they mean.

Written as `normal` leaves them. A star stands for any ending; several words joined by `_` follow each other.
"""

from collections.abc import Mapping

SYNONYMS: Mapping[str, str] = {
    # what it is about
    "password": """mot_de_passe mots_de_passe mot_de_pass mot_passe motdepasse mdp* password* pasword* passw* pwd pass
        passe""",
    "identifier": "identifiant* login logins username* user user_name nom_d_utilisateur utilisateur identifier",
    "credentials": "credential* identifiants mes_codes codes_d_acces login_details my_details",
    "account": "compte* account* acount* cpt acc",
    "sign_in": """connecter connecte connexion identifi* authentifi* authenticat* log_in logging_in sign_in signing_in
        logged_in signin login loguer log se_connecte m_identifie""",
    "mailbox": "messagerie webmail mail mails email emails courriel* courrier boite mailbox inbox mel zimbra",
    "portal": "portail portal arena esterel iprof i_prof siam",
    "page": "page pages ecran formulaire form screen site website",
    "login_page": """page_de_connexion page_de_login page_d_accueil page_d_identification page_d_authentification
        ecran_de_connexion formulaire_de_connexion login_page login_screen login_form sign_in_page sign_in_screen
        log_in_page log_in_screen home_page start_page""",
    "server": "serveur* server*",
    # what became of the password or the account
    "expired": """expir* perim* plus_valable plus_valide no_longer_valid echeance validite lapsed ran_out out_of_date
        deadline delais""",
    "change": "chang* renouvel* renew* modifi* nouveau_mot new_password nouveau_mdp choisir choose",
    "reset": "reinitialis* reset* recover* recuperation secours backup",
    "forgot": "oubli* forgot* forget souviens rappelle remember perdu_mon_mot",
    "refused": """refus* rejet* reject* incorrect* invalid* wrong faux errone* mauvais* bad mismatch denied fail* echec
        echoue""",
    "accepted": "accept* reconn* recogn* veut_pas doesn_t_like passe_pas passent_pas",
    "locked": "bloqu* blok* block* verrou* verou* lock* unlock* debloqu* deverrou* blocage",
    "disabled": "desactiv* disabl* deactivat* suspend* inacti* ferme closed gele frozen ban banni banned reactiv*",
    "tries": "tentative* essai* essay* attempt* tries tried try plusieurs_fois fois times retry*",
    "too_many": "trop_de trop_d too_many a_force exceeded depasse maximum maximal",
    # second factors
    "otp": """otp totp 2fa mfa token* fob authenticator* passcode* securid calculette yubikey usage_unique one_time
        double_authentification two_factor second_facteur second_factor authentification_forte strong_authentication
        authentification_renforcee six_chiffres 6_chiffres six_digit* 6_digit* two_step deux_etapes""",
    "code": "code codes digit* chiffre*",
    "key": "cle cles clef clefs key keys boitier",
    # mail applications
    "mail_app": """thunderbird outlook imap smtp pop pop3 tbird k9 apple_mail appli_mail mail_app samsung_email
        mail_client logiciel_de_messagerie client_de_messagerie gmail entrant sortant incoming outgoing starttls
        relay* relais mail_program boite_d_envoi outbox""",
    "phone": "telephone* tel smartphone* iphone* android portable* mobile* phone* tablette* ipad* tablet*",
    "app": "appli* app apps logiciel* program software",
    "sync": "synchro* sync*",
    "settings": "parametr* settings configur* reglage* set_up setup port ports",
    # browsers
    "browser": "navigateur* firefox chrome edge safari opera brave browser* internet_explorer",
    "display": """affich* display* layout scrambl* mise_en_page illisible unreadable garbled chevauch* overlap* jumbled
        decale* distorted""",
    "blank": "blanc blanche blank white vide empty",
    "press": "bouton* button* cliqu* click* clic clik* grise greyed",
    "script": "javascript js cookie* adblock* ad_block* ublock extension* bloqueur script* cache plugin* noscript",
    "certificate": "certificat* ssl tls not_private pas_privee not_secure pas_securisee",
    # slow or down
    "spins": "tourn* spin* mouline* sablier chargement charge loading load loads hang* rond wheel",
    "slow": "lent lente lents lentes lenteur* slow* rame* ramer ages patien* wait*",
    "down": """panne down maintenance indisponible* unavailable satur* surcharg* overload* outage plante inaccessible
        503 500 502 504 tombe hs injoignable
        repond_pas repond_plus not_responding interne_du_serveur internal_server""",
    "timeout": "timeout timed_out time_out delai attente",
    "everybody": """collegue* colleague* tout_le_monde everyone everybody personne nobody tous toute_l_ecole
        whole_school salle_des_profs staff_room""",
    # back at the login page
    "back": """revien* reviens retour* renvo* ramene* redirig* redirect* redirection* back bounc* return* reapparai*
        recharg* reload* refresh* reaffich* remet""",
    "loop": "boucl* loop* en_rond circles case_depart square_one infini* endless sans_cesse sans_fin over_and_over",
    "again": "encore again toujours tjrs tjs redemande* keeps",
    "silent": """sans_message without aucun_message no_error no_message silently sans_rien sans_explication sans_un_mot
        aucune_erreur pas_d_erreur no_explanation no_reason no_warning pas_de_message rien_dire""",
    "session": "session* deconnect* logged_out logs_me_out log_me_out signed_out signs_me_out disconnect* kick*",
    # false pages
    "suspect": """phish* hamecon* fishing arnaqu* scam* louche* suspect* suspicious douteu* dodgy fishy bizarre* strange
        weird etrange* fake frauduleu* fraud* usurp* chelou piege genuine officiel* official legit* trompeu*
        deceptive dangereu* dangerous trust mefie* fautes spelling faux_site faux_mail fausse_page""",
    "hacked": "pirat* hack* stole* stolen vole volee compromis* tricked avoir_fait fait_avoir intrus*",
    "address": "adresse* url* lien* link* address* domaine* domain* dns",
    "gave": "donne tape tapee saisi entre entered gave typed rempli filled communique",
    # what a desk hears besides
    "printing": "imprim* print* photocop* toner encre ink scanner copier",
    "pay": "paie paye salaire* salar* payslip* pay paid bulletin* indemnit* wage* prime* rembours* refund* fiche_de",
    "leave": "conge* vacance* holiday* leave arret_maladie sick_leave temps_partiel part_time",
    "career": "echelon carriere avancement promotion affectation mutation* transfer retraite pension",
    "school": """pronote ent educonnect moodle eleve* pupil* student* parent* notes marks grades cours classe* magistere
        homework devoirs emploi_du_temps timetable cantine canteen parcoursup bac exam* ecole_directe manuel*""",
    "network": "wifi wi_fi internet reseau* network ethernet",
    "hardware": """projecteur* videoprojecteur* projector souris mouse tableau* whiteboard batterie usb disque_dur
        hard_disk ecran_bleu blue_screen casque""",
    "computer": "ordinateur* computer* pc laptop* poste windows mac",
    "office": "excel word powerpoint libreoffice pdf installer install",
    "files": "fichier* file files dossier* folder* drive nuage cloud piece_jointe pieces_jointes attach* joindre",
    "full": "quota* pleine plein full espace_de_stockage storage no_space plus_de_place",
    "mail_features": """signature* agenda* calendar* calendrier* liste* list filtre* filter* rules spam* indesirable*
        junk out_of_office reponse_automatique message_d_absence delegation transferer forward* distribution""",
    "video": "visio* video_call* zoom teams micro microphone webcam webinar*",
    "deleted": "efface* supprime* delet* erased corbeille trash disparu* lost",
    "rights": "droits permission* rights 403 404 autorisation captcha robot",
    # and how it is said
    "not": "pas plus ne n no not t cannot cant wont impossible aucun never jamais rien nothing",
    "receive": "recois recoit recu recus recev* receiv* got get arrive* fetch* releve* recuperer",
    "send": "envoy* envoi* send* sent partir partent",
    "new": "nouveau nouvelle new neuf",
}
"""What is meant, and the words for it."""


_START = 3
"""So many letters at least stand before a star."""


class Synonyms:
    """Finds what the words of a text mean, whichever words were used."""

    def __init__(self, synonyms: Mapping[str, str] = SYNONYMS) -> None:
        self._words: dict[str, list[str]] = {}
        self._beginnings: dict[str, list[tuple[str, str]]] = {}
        self._phrases: dict[str, list[tuple[str, str]]] = {}
        for meaning, written in synonyms.items():
            for word in written.split():
                if "_" in word:
                    phrase = f" {word} ".replace("_", " ").replace("* ", "")
                    self._phrases.setdefault(word.partition("_")[0], []).append((phrase, meaning))
                elif word.endswith("*"):
                    self._beginnings.setdefault(word[:_START], []).append((word[:-1], meaning))
                else:
                    self._words.setdefault(word, []).append(meaning)

    def meanings(self, words: list[str]) -> list[str]:
        """What these words mean, in no particular order; some things may come twice."""
        text = f" {' '.join(words)} "
        found: list[str] = []
        for word in words:
            if word in self._phrases:
                found += [meaning for phrase, meaning in self._phrases[word] if phrase in text]
            if word in self._words:
                found += self._words[word]
            if (start := word[:_START]) in self._beginnings:
                found += [meaning for beginning, meaning in self._beginnings[start] if word.startswith(beginning)]
        return found
