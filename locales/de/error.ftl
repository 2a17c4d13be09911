# Die Fehlerseiten.

error-unknown-service-title = Wir können Sie nicht mit diesem Dienst verbinden
error-unknown-service-lead = Der Dienst, von dem Sie kommen, ist hier nicht registriert oder möchte zu einer Adresse zurück, die wir nicht kennen. Zu Ihrer Sicherheit haben wir den Vorgang beendet.
error-unknown-service-advice = Kehren Sie zur Website des Dienstes zurück und versuchen Sie es erneut. Wenn das Problem weiter besteht, melden Sie es den Betreibern des Dienstes.

error-bad-request-title = Wir können die Anfrage nicht lesen
error-bad-request-lead = Die Anfrage, die uns erreicht hat, ist unvollständig oder ungültig.
error-bad-request-advice = Kehren Sie zur Website des Dienstes zurück und versuchen Sie es von dort erneut.

error-login-expired-title = Die Anmeldung ist abgelaufen
error-login-expired-lead = Es ist zu viel Zeit vergangen, oder die Anmeldung wurde in einem anderen Browser begonnen. Zu Ihrer Sicherheit haben wir den Vorgang beendet.
error-login-expired-advice = Beginnen Sie in diesem Browser neu. Wenn es wieder geschieht, prüfen Sie, ob die Cookies dieser Website zugelassen sind.

error-already-finished-title = Diese Anmeldung ist bereits abgeschlossen
error-already-finished-lead = Sie haben diese Anmeldung bereits abgeschlossen oder die Zurück-Taste des Browsers verwendet.
error-already-finished-advice = Kehren Sie zum Dienst zurück: Wenn Sie sich erneut anmelden müssen, beginnen Sie neu.

error-response-refused-title = Wir konnten die Anmeldung nicht abschließen
error-response-refused-lead = Die Antwort des Identitätsanbieters hat unsere Sicherheitsprüfungen nicht bestanden.
error-response-refused-advice = Beginnen Sie neu. Wenn es wieder geschieht, wenden Sie sich an die Hilfestelle.

error-logout-refused-title = Wir konnten die Abmeldung nicht prüfen
error-logout-refused-lead = Die Nachricht des Identitätsanbieters hat unsere Sicherheitsprüfungen nicht bestanden, und wir haben sie nicht verwendet.
error-logout-refused-advice = Wenn Sie sich abmelden möchten, verwenden Sie die Schaltfläche des Dienstes. Wenn es wieder geschieht, wenden Sie sich an die Hilfestelle.

error-not-admitted-title = Wir können die Anmeldung nicht abschließen
error-not-admitted-lead = Die Daten Ihrer digitalen Identität stimmen nicht mit den bei uns gespeicherten überein, oder Ihr Zugang ist gesperrt.
error-not-admitted-advice = Wenden Sie sich an die Hilfestelle und nennen Sie das unten stehende Kennzeichen: Ihre Daten werden geprüft.

error-choice-refused-title = Dieses Profil ist nicht verfügbar
error-choice-refused-lead = Das gewählte Profil gehört nicht zu denen, mit denen Sie diesen Dienst nutzen können.
error-choice-refused-advice = Beginnen Sie neu und wählen Sie eines der angezeigten Profile.

error-level-too-low-title = Eine Anmeldung mit Stufe 2 ist nötig
error-level-too-low-lead = Diese Seite ist für Personen, die sich mit Sicherheitsstufe 2 oder höher angemeldet haben.
error-level-too-low-advice = Melden Sie sich erneut an: Sie werden nach Stufe 2 gefragt.

error-not-found-title = Seite nicht gefunden
error-not-found-lead = Die gesuchte Seite gibt es nicht, oder sie wurde verschoben.
error-not-found-advice = Prüfen Sie die Adresse, oder kehren Sie zur Website des Dienstes zurück, den Sie verwendet haben.

error-method-not-allowed-title = Diese Seite lässt sich so nicht öffnen
error-method-not-allowed-lead = Der verlangte Vorgang ist für diese Adresse nicht vorgesehen.
error-method-not-allowed-advice = Kehren Sie zur Website des Dienstes zurück, den Sie verwendet haben, und versuchen Sie es von dort erneut.

error-too-large-title = Die Anfrage ist zu groß
error-too-large-lead = Wir haben mehr Daten als vorgesehen erhalten und den Vorgang beendet.
error-too-large-advice = Kehren Sie zur Website des Dienstes zurück und versuchen Sie es erneut. Wenn das Problem weiter besteht, wenden Sie sich an die Hilfestelle.

error-unavailable-title = Der Dienst ist zurzeit nicht verfügbar
error-unavailable-lead = Wir können Ihre Anfrage nicht beantworten. Wir arbeiten daran, das Problem zu lösen.
error-unavailable-advice = Versuchen Sie es in einigen Minuten erneut.

error-internal-title = Es ist ein Problem aufgetreten
error-internal-lead = Das Problem liegt bei uns, nicht bei Ihnen.
error-internal-advice = Versuchen Sie es in einigen Minuten erneut. Wenn es wieder geschieht, wenden Sie sich an die Hilfestelle.
