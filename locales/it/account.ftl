# Le pagine dell’account e dell’uscita.

account-data = Dati personali
account-data-about = Arrivano dalla tua identità digitale (ultima verifica: { $day }) e non si possono modificare qui.
account-name = Nome e cognome
account-fiscal-code = Codice fiscale
account-date-of-birth = Data di nascita
account-session = Accesso in corso
account-session-about = Quando hai finito, soprattutto da un computer condiviso, esci.
account-method = Modo di accesso
account-level = Livello di sicurezza
account-since = Inizio dell’accesso

logout-title = Vuoi uscire?
logout-lead = Stai usando i servizi come <strong>{ $name }</strong>.
logout-lead-service = <strong>{ $service }</strong> chiede di terminare l’accesso di <strong>{ $name }</strong>.
logout-stay = Continua senza uscire

signed-out-title = Hai terminato l’accesso
signed-out-lead = Per usare di nuovo i servizi dovrai accedere un’altra volta.
signed-out-identity-provider = Se hai tenuto aperta la pagina di { $name }, potresti dover uscire anche da lì.
signed-out-shared-computer = Se usi un computer condiviso, chiudi tutte le finestre del browser.
