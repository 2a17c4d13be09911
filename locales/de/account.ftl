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
signed-out-identity-provider = Wenn Sie die Seite von { $name } offen gelassen haben, müssen Sie sich möglicherweise auch dort abmelden.
signed-out-shared-computer = Wenn Sie einen gemeinsam genutzten Computer verwenden, schließen Sie alle Fenster des Browsers.
