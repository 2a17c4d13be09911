# Die Seiten der Anmeldung mit Karte.

card-help-title = Mit der Karte anmelden
card-help-lead = Sie können die Gesundheitskarte mit Chip (TS-CNS), die Bürgerkarte CNS oder eine gleichwertige Karte verwenden.
card-help-before = Bevor Sie beginnen
card-help-reader = Schließen Sie ein Smartcard-Lesegerät an den Computer an.
card-help-middleware = Installieren Sie das Programm der Karte (Middleware): Sie finden es auf der Website der ausstellenden Stelle.
card-help-pin = Halten Sie die PIN bereit. Wenn Sie noch keine haben, lassen Sie die Karte bei den Schaltern Ihrer Region oder Provinz aktivieren.
card-help-cie = Wenn Sie eine elektronische Identitätskarte (CIE) haben, können Sie auch diese verwenden, mit einem kontaktlosen Lesegerät und der CIE-Software.
card-help-then = Danach
card-help-insert = Stecken Sie die Karte in das Lesegerät und drücken Sie die Schaltfläche unten.
card-help-choose = Der Browser fragt, welches Zertifikat verwendet werden soll: Wählen Sie jenes mit Ihrer Steuernummer.
card-help-type = Geben Sie die PIN der Karte ein.
card-use = Karte verwenden
card-browsers = Welcher Browser
card-browser-windows = Windows: Edge und Chrome verwenden das Programm der Karte von selbst.
card-browser-mac = Mac: Safari und Chrome, sobald das Programm der Karte installiert ist.
card-browser-firefox = Firefox: Fügen Sie das Programm der Karte beim ersten Mal unter Einstellungen, Datenschutz & Sicherheit, Kryptographie-Module hinzu.
card-browser-linux = Linux: Fügen Sie das PKCS#11-Modul der Karte zum Browser hinzu.
card-browser-phone = Telefon und Tablet: Die Karte kann nicht verwendet werden, wählen Sie eine andere Anmeldung.
card-remove = Wenn Sie fertig sind, melden Sie sich ab, ziehen Sie die Karte aus dem Lesegerät und schließen Sie alle Browserfenster: Der Browser merkt sich das gewählte Zertifikat.

card-over-title = Anmeldung mit Karte nicht abgeschlossen
card-retry = Noch einmal mit der Karte versuchen
card-help-link = So verwenden Sie die Karte

card-no-certificate-title = Wir haben das Zertifikat der Karte nicht erhalten
card-no-certificate-lead = Die Karte war nicht im Lesegerät, Sie haben die Auswahl oder die PIN abgebrochen, oder der Browser hat die Karte nicht gefunden.
card-no-certificate-1 = Prüfen Sie, ob die Karte richtig herum steckt und das Lesegerät eingeschaltet ist.
card-no-certificate-2 = Der Browser merkt sich Ihre Auswahl: Schließen Sie alle Fenster, öffnen Sie ihn neu und beginnen Sie von vorn. Oder verwenden Sie ein privates Fenster.
card-no-certificate-3 = Wenn der Browser nichts fragt, prüfen Sie, ob das Programm der Karte installiert ist.
card-no-certificate-4 = Wenn jemand anderes seine Karte an diesem Computer verwendet hat, ziehen Sie sie heraus, bevor Sie Ihre einstecken.

card-expired-title = Ihre Karte ist abgelaufen
card-expired-lead = Das Zertifikat der Karte ist nicht mehr gültig: Mit dieser Karte ist keine Anmeldung mehr möglich.
card-expired-1 = Beantragen Sie eine neue Karte bei der ausstellenden Stelle: für die Gesundheitskarte bei Ihrer Region oder Provinz.
card-expired-2 = In der Zwischenzeit können Sie sich mit einer anderen digitalen Identität anmelden.

card-not-yet-valid-title = Ihre Karte ist noch nicht gültig
card-not-yet-valid-lead = Das Zertifikat der Karte gilt erst ab einem späteren Datum.
card-not-yet-valid-1 = Warten Sie bis zu dem Tag, der in den Unterlagen zur Karte steht, und versuchen Sie es dann noch einmal.
card-not-yet-valid-2 = Wenn Sie diese Karte schon verwendet haben, wenden Sie sich an die Assistenz.

card-revoked-title = Ihre Karte wurde widerrufen
card-revoked-lead = Die ausstellende Stelle hat die Karte gesperrt oder widerrufen, zum Beispiel nach einer Verlustmeldung oder der Ausstellung einer neuen Karte.
card-revoked-1 = Wenn Sie eine neue Karte erhalten haben, verwenden Sie diese.
card-revoked-2 = Andernfalls wenden Sie sich an die Stelle, die die Karte ausgestellt hat.

card-not-cns-title = Dieses Zertifikat gehört zu keiner CNS
card-not-cns-lead = Sie haben ein Zertifikat gewählt, das nicht für die Anmeldung bei Diensten dient: zum Beispiel jenes für Unterschriften oder das einer anderen Karte.
card-not-cns-1 = Schließen Sie alle Browserfenster, öffnen Sie den Browser neu und wählen Sie das Authentifizierungszertifikat der Karte, jenes mit Ihrer Steuernummer.
card-not-cns-2 = Wenn die Karte nur ein Zertifikat hat, ist sie keine CNS: Wählen Sie eine andere Anmeldung.

card-unknown-issuer-title = Wir kennen die ausstellende Stelle der Karte nicht
card-unknown-issuer-lead = Die Karte wurde nicht von einer Stelle ausgestellt, die in der nationalen Liste der anerkannten Karten steht.
card-unknown-issuer-1 = Schließen Sie alle Browserfenster, öffnen Sie den Browser neu und prüfen Sie, ob Sie das Zertifikat Ihrer Karte gewählt haben.
card-unknown-issuer-2 = Wenn es die richtige Karte ist, teilen Sie der Assistenz die Angaben mit, die Sie unten finden.

card-too-old-title = Ihre Karte verwendet eine zu alte Signatur
card-too-old-lead = Das Zertifikat ist auf eine Weise (SHA-1) signiert, die aus Sicherheitsgründen nicht mehr akzeptiert wird.
card-too-old-1 = Beantragen Sie eine neue Karte bei der ausstellenden Stelle.
card-too-old-2 = In der Zwischenzeit können Sie sich mit einer anderen digitalen Identität anmelden.

card-not-checkable-title = Wir können Ihre Karte nicht prüfen
card-not-checkable-lead = Die ausstellende Stelle sagt uns im Moment nicht, ob die Karte noch gültig ist. Zu Ihrer Sicherheit haben wir abgebrochen.
card-not-checkable-1 = Versuchen Sie es in einigen Minuten noch einmal.
card-not-checkable-2 = Wenn es eilt, wählen Sie eine andere Anmeldung.

card-used-title = Diese Anmeldung mit Karte wurde schon verwendet
card-used-lead = Jede Anmeldung mit der Karte gilt nur einmal.
card-used-1 = Versuchen Sie es noch einmal mit der Karte: Wir fragen die PIN neu ab.
card-used-2 = Kehren Sie nicht mit der Zurück-Taste des Browsers zur PIN-Abfrage zurück.

card-names-title = Wie heißen Sie?
card-names-lead = Ihre Karte enthält Ihre Steuernummer, aber nicht Ihren Namen. Wir fragen nur einmal danach.
card-names-given = Vorname
card-names-family = Nachname
card-names-not-those = Vor- und Nachname passen nicht zur Steuernummer der Karte: Schreiben Sie sie wie auf Ihrem Ausweis
