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

account-consents = Weitergegebene Daten
account-consents-about = Die Dienste, die Ihre Daten erhalten dürfen, weil Sie zugestimmt haben.
account-consent-since = Seit { $day }
account-consent-revoke = Für { $service } widerrufen

consent-unvetted = Keine Behörde hat diesen Dienst geprüft. Ihre Daten gehen an: { $place }
consent-title = Möchten Sie diese Daten weitergeben?
consent-lead = <strong>{ $service }</strong> bittet um einige Daten von <strong>{ $name }</strong>.
consent-acting-for = Sie handeln für <strong>{ $organisation }</strong>.
consent-data = Der Dienst erhält:
consent-nothing = Der Dienst erhält nur einen Code, der Sie von anderen unterscheidet.
consent-policy = Datenschutzhinweise von { $service }
consent-terms = Nutzungsbedingungen von { $service }
consent-revocable = Wir merken uns Ihre Antwort. Sie können sie jederzeit auf der Seite Mein Konto ändern.
consent-yes = Ich stimme zu
consent-no = Nicht weitergeben
consent-scope-profile = Vorname, Nachname, Geburtsdatum und Geschlecht
consent-scope-email = E-Mail-Adresse
consent-scope-phone = Telefonnummer
consent-scope-fiscal-number = italienische Steuernummer
consent-scope-spid = weitere Daten Ihrer digitalen Identität: Geburtsort, Domizil, Ausweis, digitales Domizil
consent-scope-company = in Ihrer digitalen Identität enthaltene Unternehmensdaten
consent-scope-organization = die Organisation, für die Sie handeln, und Ihre Rollen
consent-scope-organizations = alle Organisationen, für die Sie handeln können, und Ihre Rollen
consent-scope-offline-access = diese Daten auch, wenn Sie nicht verbunden sind
consent-claim-name = Vor- und Nachname
consent-claim-given-name = Vorname
consent-claim-family-name = Nachname
consent-claim-birthdate = Geburtsdatum
consent-claim-authority = auf welcher Grundlage Sie für die Organisation handeln
consent-claim-gender = Geschlecht
