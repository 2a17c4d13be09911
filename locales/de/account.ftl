# Die Seiten des Kontos und der Abmeldung.

account-data = Persönliche Daten
account-data-about = Sie stammen aus Ihrer digitalen Identität (letzte Prüfung: { $day }) und können hier nicht geändert werden.
account-name = Vor- und Nachname
account-fiscal-code = Steuernummer
account-date-of-birth = Geburtsdatum
account-session = Laufende Anmeldung
account-session-about = Melden Sie sich ab, wenn Sie fertig sind, vor allem an einem gemeinsam genutzten Computer.
account-method = Art der Anmeldung
account-level = Sicherheitsstufe
account-since = Beginn der Anmeldung

logout-title = Möchten Sie sich abmelden?
logout-lead = Sie verwenden die Dienste als <strong>{ $name }</strong>.
logout-lead-service = <strong>{ $service }</strong> möchte die Anmeldung von <strong>{ $name }</strong> beenden.
logout-stay = Angemeldet bleiben

signed-out-title = Sie haben sich abgemeldet
signed-out-lead = Um die Dienste wieder zu verwenden, müssen Sie sich erneut anmelden.
signed-out-shared-computer = Wenn Sie einen gemeinsam genutzten Computer verwenden, schließen Sie alle Fenster des Browsers.
signed-out-upstream = Sie wurden auch bei { $name } abgemeldet.
signed-out-partly = Hier haben Sie sich abgemeldet, aber <strong>{ $name }</strong> konnte nicht alle Anmeldungen beenden: Ein anderer Dienst könnte Sie noch erkennen. Melden Sie sich auch dort ab oder schließen Sie den Browser.

logout-offer-lead = Hier haben Sie sich abgemeldet. Ihre Anmeldung bei <strong>{ $name }</strong> ist möglicherweise noch offen.
logout-offer-question = Möchten Sie sich auch bei { $name } abmelden?
logout-offer-why = Wenn Sie sie offen lassen, könnten andere Dienste Sie erkennen, ohne erneut nach dem Passwort zu fragen.
logout-offer-silent = Die Seite öffnet sich in einem anderen Fenster: Kehren Sie danach hierher zurück.
logout-offer-yes = Auch bei { $name } abmelden
