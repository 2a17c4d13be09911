# Ein Gerät ohne Browser: der Code, die Frage, das Ergebnis.

device-title = Gerät verbinden
device-lead = Geben Sie den Code ein, den das Gerät anzeigt.
device-code = Code
device-code-hint = Acht Buchstaben, zum Beispiel WDJB-MJHT. Der Bindestrich ist nicht nötig.
device-problem-wrong = Der Code ist falsch oder abgelaufen. Sehen Sie auf dem Gerät nach.
device-problem-too-often = Zu viele Versuche. Warten Sie zehn Minuten und versuchen Sie es noch einmal.

device-confirm-title = Möchten Sie dieses Gerät verbinden?
device-confirm-lead = Sie nutzen <strong>{ $service }</strong> dann auf dem Gerät, mit Ihrer digitalen Identität.
device-confirm-code = Auf dem Gerät muss dieser Code stehen:
device-confirm-warning = Machen Sie nur weiter, wenn das Gerät vor Ihnen steht und Sie selbst begonnen haben. Hat Ihnen jemand den Code oder den Link geschickt, hören Sie auf: Er käme an Ihrer Stelle hinein.
device-confirm-yes = Es ist mein Gerät
device-confirm-no = Nicht meines, abbrechen

device-connected-title = Das Gerät ist verbunden
device-connected-lead = Zurück am Gerät können Sie <strong>{ $service }</strong> nutzen. Diese Seite können Sie schließen.
device-refused-title = Das Gerät ist nicht verbunden
device-refused-lead = <strong>{ $service }</strong> hat Ihre Daten nicht erhalten. Um es noch einmal zu versuchen, lassen Sie sich vom Gerät einen neuen Code geben.
