# Was um jede Seite herum steht.

skip-to-content = Zum Hauptinhalt springen
skip-to-footer = Zur Fußzeile springen
language-menu = Sprache:
user-menu = Menü von
my-account = Mein Konto
sign-out = Abmelden
acting-for = Sie handeln für
footer-links = Nützliche Links
footer-help = Hilfe
footer-privacy = Datenschutzhinweise
footer-legal-notes = Rechtliche Hinweise
footer-accessibility = Erklärung zur Barrierefreiheit
footer-accessibility-where = (Website der AgID, auf Italienisch)
footer-feedback = Ein Problem mit der Barrierefreiheit melden

error-prefix = Fehler:
form-errors = Überprüfen Sie Ihre Antwort
continue = Weiter
start-again = Neu beginnen
other-method = Andere Anmeldung wählen
back-to-service = Zurück zu { $service }
back-to-the-service = Zurück zum Dienst
what-you-can-do = Was Sie tun können
need-help = Brauchen Sie Hilfe?
help-spid = Hilfe zu SPID
help-cie = Hilfe zu CIE
help-site = Hilfe zu dieser Website
nothing-changed = Es wurden keine Daten geändert. Sie können diese Seite unbesorgt schließen.

month-name = { $month ->
    [1] Januar
    [2] Februar
    [3] März
    [4] April
    [5] Mai
    [6] Juni
    [7] Juli
    [8] August
    [9] September
    [10] Oktober
    [11] November
   *[12] Dezember
}
date-long = { $day }. { month-name } { $year }
date-short = { $dd }.{ $mm }.{ $year }
date-and-time = { date-long }, { $time } Uhr
used-today = Heute um { $time } Uhr verwendet
used-yesterday = Gestern um { $time } Uhr verwendet
used-this-year = Am { $day }. { month-name } verwendet
used-earlier = Am { date-long } verwendet
used-never = Nie verwendet

detail-anomaly-code = Fehlercode
detail-identity-provider = Identitätsanbieter
detail-time = Datum und Uhrzeit
detail-reference = Referenz der Anfrage
details-for-help = Angaben für die Hilfestelle

identifier-0201 = IPA-Code { $value }
identifier-0210 = Steuernummer { $value }
identifier-0211 = MwSt.-Nummer { $value }
identifier-other = { $scheme }: { $value }

method-spid = SPID
method-cie = CIE
method-cns = Gesundheitskarte - CNS
method-eidas = eIDAS
method-local = Lokales Konto

mandate-legal-representative = Gesetzliche Vertretung
mandate-administrator = Verwaltung
mandate-delegate = Bevollmächtigt
mandate-operator = Sachbearbeitung
