# Die Seiten der Ämter.

account-office = Bereich für die Ämter
account-office-about = Sie können die SPID- und CIE-Anmeldungen einsehen.

breadcrumb = Navigationspfad

register-title = Transaktionsregister
register-lead = Die Antworten der Identitätsanbieter, angenommene und abgelehnte. Jede Einsichtnahme wird mit Ihrem Namen und dem Grund aufgezeichnet.
register-search = Im Register suchen
register-search-about = Füllen Sie nur eines der Felder Person, Referenz, Anfrage und NameID aus; die Daten grenzen die Suche ein oder genügen allein.
register-search-button = Suchen
register-person = Steuernummer oder Kennung der Person
register-request-id = ID der Anfrage (AuthnRequest)
register-from = Vom Tag
register-to = Bis zum Tag
register-why = Grund der Einsichtnahme
register-why-about = Ein Satz, mit der Protokollnummer, wenn es eine gibt. Pflichtfeld: 10 bis 300 Zeichen.
register-problem-nothing = Schreiben Sie, was gesucht wird
register-problem-too-much = Suchen Sie nur eines auf einmal
register-problem-no-person = Die Steuernummer oder Kennung ist nicht gültig
register-problem-no-time = Prüfen Sie die Daten: das erste kann nicht nach dem zweiten liegen
register-problem-no-reason = Schreiben Sie den Grund, 10 bis 300 Zeichen
register-results = Ergebnisse
register-found = { $count ->
    [0] Kein Eintrag gefunden.
    [1] Ein Eintrag gefunden.
   *[other] { $count } Einträge gefunden.
}
register-more = Es gibt weitere: grenzen Sie die Suche ein.
register-export-person = Alles zur Person exportieren (ZIP)
register-export-case = Den Fall exportieren (ZIP)
register-request = Anfrage
register-service = Dienst
register-outcome = Ergebnis
register-accepted = Angenommen
register-refused = Abgelehnt
register-events = Ereignisse mit dieser Referenz
register-event = Ereignis
register-sub = Kennung der Person

entry-title = Anfrage
entry-documents = Dokumente
entry-too-long = Die Antwort war zu lang: nur ihre Länge und ihr Hash sind im Export erhalten.
entry-unreadable = Der Inhalt dieses Eintrags ist nicht mehr lesbar: er wurde verändert, oder sein Schlüssel wurde vernichtet.
entry-data = Daten der Transaktion
entry-request-issued = Anfrage ausgestellt
entry-response-id = ID der Antwort
entry-response-issued = Antwort ausgestellt
entry-assertion-id = ID der Assertion
entry-source = Herkunftsadresse
entry-sealed = Siegel
entry-sealed-in = Segment { $segment }
entry-not-sealed = Noch nicht versiegelt
entry-back = Neue Suche
