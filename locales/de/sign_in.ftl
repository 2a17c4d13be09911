# Die Seiten der Anmeldung.

login-title = Bei den Diensten anmelden
login-lead = Verwenden Sie Ihre digitale Identität: Das ist sicher, und Sie brauchen kein neues Passwort.
login-context = Sie melden sich bei { $service } an
login-context-after = Nach der Anmeldung kehren Sie zum Dienst zurück. Verlangte Sicherheitsstufe: { $level }.
login-context-account = Sie melden sich bei Ihrem Konto an
login-context-level = Verlangte Sicherheitsstufe: { $level }.
login-notice-session-ended = Die Sitzung ist abgelaufen, weil zu viel Zeit vergangen ist. Melden Sie sich erneut an, um fortzufahren.
login-notice-again = Für diesen Dienst müssen Sie erneut nachweisen, wer Sie sind.
login-first-time = Sind Sie zum ersten Mal hier?
login-first-time-about = Sie müssen sich nicht registrieren: Sie melden sich mit Ihrer digitalen Identität an. Wir erhalten von dort nur die nötigen Daten, etwa Vorname, Nachname und Steuernummer.
login-privacy = Wie wir Ihre Daten verwenden

spid-about = Öffentliches System für die digitale Identität.
spid-button = Mit SPID anmelden
spid-choose = Wählen Sie Ihren SPID-Anbieter
spid-provider = Zugriff auf SPID mit { $name }
spid-more = Weitere Informationen
spid-none = Haben Sie nicht SPID?
spid-help = Brauchen Sie Hilfe?
spid-how = So aktivieren Sie SPID
cie-about = Elektronische Identitätskarte.
cie-button = Mit CIE anmelden
cie-how = So verwenden Sie die CIE online
cns-about = Mit Kartenleser und PIN.
cns-button = Mit CNS anmelden
local-about = Nur für Personen, die keine italienische digitale Identität haben können. Wir verlangen zusätzlich einen temporären Code.
local-username = E-Mail-Adresse
local-password = Passwort
local-show-password = Passwort anzeigen
local-button = Mit E-Mail und Passwort anmelden
local-recover = Haben Sie das Passwort vergessen?
local-enrol = Noch kein Konto? Registrieren

chooser-title = Für wen möchten Sie handeln?
chooser-lead = Sie melden sich bei <strong>{ $service }</strong> an. Wählen Sie das Profil, mit dem Sie fortfahren möchten: Sie können es jederzeit wechseln.
chooser-nobody-title = Sie können für keine Organisation handeln
chooser-nobody-lead = Sie melden sich bei <strong>{ $service }</strong> an, aber Ihre Profile können jetzt nicht verwendet werden: Der Grund steht jeweils daneben.
chooser-leave = Zurück zu { $service }
chooser-legend = Profil, mit dem Sie fortfahren
chooser-yourself = Für Sie selbst
chooser-personal = Persönliches Konto
chooser-organisation = Für eine Organisation
chooser-whole-organisation = Die ganze Organisation
chooser-search = Nach Name, Steuernummer oder Einheit suchen
chooser-search-button = Suchen
chooser-clear-search = Alle Profile anzeigen
chooser-role = Rolle
chooser-every-role = Alle Rollen
chooser-roles = Im Dienst: { $roles }
chooser-count = { $count ->
    [one] { $count } Profil
   *[other] { $count } Profile, die zuletzt verwendeten zuerst
}
chooser-found = { $count ->
    [0] Kein Profil gefunden
    [one] { $count } Profil gefunden
   *[other] { $count } Profile gefunden
}
chooser-found-many = # Profile gefunden
chooser-until = { $kind } bis { $day }
chooser-missing = Finden Sie Ihre Organisation nicht?
chooser-missing-help = Fragen Sie die Hilfestelle
chooser-usual = Dieses Profil bei diesem Dienst zuerst vorschlagen
chooser-problem-nothing-chosen = Wählen Sie ein Profil, um fortzufahren
chooser-problem-not-offered = Das gewählte Profil ist nicht verfügbar: Wählen Sie ein anderes

unusable-expired = Dieser Auftrag ist abgelaufen
unusable-not-yet-valid = Dieser Auftrag hat noch nicht begonnen
unusable-suspended = Dieser Auftrag ist ausgesetzt
unusable-unit-closed = Diese Einheit ist geschlossen
unusable-organisation-not-active = Diese Organisation ist nicht aktiv
unusable-no-role = Diese Rolle kann { $service } nicht verwenden
unusable-evidence-too-weak = Um { $service } zu verwenden, muss dieser Auftrag von einem Amt geprüft werden

returning-title = Wir bringen Sie zum Dienst zurück
returning-lead = Sie sind angemeldet. Wenn sich <strong>{ $service }</strong> nicht von selbst öffnet, wählen Sie Weiter.
returning-lead-signed-out = Sie haben sich abgemeldet. Wenn <strong>{ $service }</strong> sich nicht von selbst öffnet, drücken Sie Weiter.
answer-form-lead = Wenn sich <strong>{ $service }</strong> nicht von selbst öffnet, wählen Sie Weiter.

to-provider-title = Wir leiten Sie zu { $provider } weiter
to-provider-lead = Wenn sich die Seite von <strong>{ $provider }</strong> nicht von selbst öffnet, wählen Sie Weiter.
