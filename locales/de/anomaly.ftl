# Die Hinweisseiten zu den Fehlern, die ein SPID-Identitätsanbieter meldet.

anomaly-over-title-spid = Anmeldung mit SPID nicht abgeschlossen
anomaly-over-title-cie = Anmeldung mit CIE nicht abgeschlossen
anomaly-over-title-eidas = Anmeldung mit eIDAS nicht abgeschlossen
retry-spid = Mit SPID erneut versuchen
retry-cie = Mit CIE erneut versuchen
retry-eidas = Mit eIDAS erneut versuchen

anomaly-too-many-attempts-title = Zu viele fehlgeschlagene Versuche
anomaly-too-many-attempts-lead = Ihr Identitätsanbieter hat die Anmeldung abgebrochen, weil die eingegebenen Zugangsdaten nicht richtig waren.
anomaly-too-many-attempts-1 = Warten Sie einige Minuten und versuchen Sie es erneut. Achten Sie auf Benutzername, Passwort und temporären Code.
anomaly-too-many-attempts-2 = Wenn Sie das Passwort vergessen haben, können Sie es auf der Website Ihres Identitätsanbieters wiederherstellen.
anomaly-too-many-attempts-3 = Wenn das Problem weiter besteht, wenden Sie sich an die Hilfestelle des Anbieters.

anomaly-level-not-reached-title = Es ist eine höhere Sicherheitsstufe nötig
anomaly-level-not-reached-lead = Die verwendeten SPID-Zugangsdaten erreichen die Stufe { $level } nicht, die dieser Dienst verlangt.
anomaly-level-not-reached-1 = Versuchen Sie es erneut und bestätigen Sie die Anmeldung auf der Seite Ihres Identitätsanbieters mit der App oder dem SMS-Code.
anomaly-level-not-reached-2 = Wenn Sie die Stufe { $level } noch nicht aktiviert haben, können Sie sie auf der Website Ihres Anbieters beantragen.
anomaly-level-not-reached-cie = Oder melden Sie sich mit CIE an: Beim SPID-Anbieter müssen Sie dafür nichts aktivieren.

anomaly-timed-out-title = Die Zeit für die Anmeldung ist abgelaufen
anomaly-timed-out-lead = Die Anmeldung hat länger gedauert, als Ihr Identitätsanbieter vorsieht. Ihre Daten sind sicher, und es hat sich nichts geändert.
anomaly-timed-out-1 = Legen Sie das Telefon mit der App oder den SMS bereit und versuchen Sie es erneut.
anomaly-timed-out-2 = Wenn Sie mehr Zeit brauchen, fragen Sie Ihren Anbieter, welche Arten der Bestätigung er anbietet.

anomaly-consent-refused-title = Sie haben der Übermittlung der Daten nicht zugestimmt
anomaly-consent-refused-lead = Damit Sie sich anmelden können, muss uns Ihr Identitätsanbieter Vorname, Nachname und Steuernummer mitteilen.
anomaly-consent-refused-1 = Versuchen Sie es erneut und bestätigen Sie auf der Seite des Anbieters die Übermittlung der Daten.
anomaly-consent-refused-2 = Wie wir sie verwenden, lesen Sie hier:
anomaly-consent-refused-2-ask = Wie wir sie verwenden, steht in den Datenschutzhinweisen, die Sie bei der Verwaltung erhalten.
anomaly-consent-refused-3 = Wenn Sie die Daten nicht übermitteln möchten, können Sie den Dienst am Schalter nutzen.

anomaly-blocked-title = Ihre SPID-Identität ist ausgesetzt oder gesperrt
anomaly-blocked-lead = Der Anbieter hat uns mitgeteilt, dass die Identität oder die Zugangsdaten ausgesetzt, widerrufen oder gesperrt sind. Nur der Anbieter kann sie wieder aktivieren.
anomaly-blocked-1 = Wenden Sie sich an die Hilfestelle Ihres Identitätsanbieters, um den Grund zu erfahren und sie wieder zu aktivieren.
anomaly-blocked-cie = In der Zwischenzeit können Sie sich mit CIE anmelden.
anomaly-blocked-other = In der Zwischenzeit können Sie sich mit einer anderen digitalen Identität anmelden, wenn Sie eine haben.

anomaly-cancelled-title = Sie haben die Anmeldung abgebrochen
anomaly-cancelled-lead = Sie haben den Vorgang auf der Seite Ihres Identitätsanbieters beendet.
anomaly-cancelled-1 = Wenn es ein Versehen war, versuchen Sie es erneut.
anomaly-cancelled-2 = Wenn Sie möchten, wählen Sie eine andere Anmeldung.

anomaly-wrong-identity-type-title = Es ist eine andere Art von SPID-Identität nötig
anomaly-wrong-identity-type-lead = Dieser Dienst verlangt eine SPID-Identität für berufliche Zwecke oder einer juristischen Person. Sie haben eine Identität anderer Art verwendet.
anomaly-wrong-identity-type-1 = Versuchen Sie es erneut und wählen Sie die Identität der verlangten Art.
anomaly-wrong-identity-type-2 = Wenn Sie keine haben, fragen Sie Ihren Anbieter, wie Sie sie erhalten.

anomaly-card-timed-out-title = Die Zeit für die Anmeldung ist abgelaufen
anomaly-card-timed-out-lead = Die Anmeldung mit CIE hat länger gedauert als vorgesehen. Ihre Daten sind sicher, und es hat sich nichts geändert.
anomaly-card-timed-out-1 = Legen Sie die Karte, die PIN und das Telefon mit der App CieID bereit und versuchen Sie es erneut.

anomaly-card-consent-refused-title = Sie haben der Übermittlung der Daten nicht zugestimmt
anomaly-card-consent-refused-lead = Damit Sie sich anmelden können, muss uns das Innenministerium Vorname, Nachname, Geburtsdatum und Steuernummer mitteilen.
anomaly-card-consent-refused-1 = Versuchen Sie es erneut und bestätigen Sie auf der Seite von CIE die Übermittlung der Daten.

anomaly-card-blocked-title = Ihre Karte ist abgelaufen oder widerrufen
anomaly-card-blocked-lead = Das Innenministerium hat uns mitgeteilt, dass die verwendete elektronische Identitätskarte nicht mehr gültig ist.
anomaly-card-blocked-1 = Um die Karte zu erneuern oder den Grund zu erfahren, wenden Sie sich an Ihre Gemeinde.

anomaly-card-cancelled-title = Sie haben die Anmeldung abgebrochen
anomaly-card-cancelled-lead = Sie haben den Vorgang auf der Seite von CIE beendet.

anomaly-technical-title = Es gibt ein technisches Problem
anomaly-technical-lead = Ihr Identitätsanbieter hat unsere Anfrage nicht angenommen. Der Fehler liegt bei uns und nicht bei Ihnen.
anomaly-technical-1 = Versuchen Sie es in einigen Minuten erneut oder wählen Sie eine andere Anmeldung.
anomaly-technical-2 = Wenn es wieder geschieht, teilen Sie der Hilfestelle die Angaben mit, die Sie unten finden.

anomaly-other-title = Wir konnten die Anmeldung nicht abschließen
anomaly-other-lead = Ihr Identitätsanbieter konnte den Vorgang nicht abschließen. Es liegt nicht an Ihnen.
anomaly-other-1 = Versuchen Sie es in einigen Minuten erneut.
anomaly-other-2 = Wenn es wieder geschieht, teilen Sie der Hilfestelle die Angaben mit, die Sie unten finden.
