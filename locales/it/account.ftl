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
signed-out-shared-computer = Se usi un computer condiviso, chiudi tutte le finestre del browser.
signed-out-upstream = È terminato anche l’accesso presso { $name }.
signed-out-partly = Da questo sito sei uscito, ma <strong>{ $name }</strong> non ha potuto chiudere tutti gli accessi: qualche altro servizio potrebbe riconoscerti ancora. Esci anche da lì, oppure chiudi il browser.

logout-offer-lead = Da questo sito sei uscito. L’accesso presso <strong>{ $name }</strong> può essere ancora aperto.
logout-offer-question = Vuoi uscire anche da { $name }?
logout-offer-why = Se lo lasci aperto, altri servizi potrebbero riconoscerti senza chiederti di nuovo la password.
logout-offer-silent = La pagina si apre in un’altra finestra: quando hai finito torna qui.
logout-offer-yes = Esci anche da { $name }

account-consents = Dati condivisi
account-consents-about = I servizi che possono ricevere i tuoi dati perché lo hai confermato.
account-consent-since = Dal { $day }
account-consent-revoke = Revoca per { $service }

consent-unvetted = Nessuna amministrazione ha verificato questo servizio. I tuoi dati andranno a: { $place }
consent-title = Confermi i dati da condividere?
consent-lead = <strong>{ $service }</strong> chiede alcuni dati di <strong>{ $name }</strong>.
consent-acting-for = Operi per conto di <strong>{ $organisation }</strong>.
consent-data = Il servizio riceverà:
consent-nothing = Il servizio riceverà solo un codice che ti distingue dagli altri.
consent-policy = Informativa sulla privacy di { $service }
consent-terms = Condizioni d’uso di { $service }
consent-revocable = Te lo ricorderemo per le prossime volte. Puoi cambiare idea quando vuoi dalla pagina Il mio account.
consent-yes = Confermo
consent-no = Non condividere
consent-scope-profile = nome, cognome, data di nascita e sesso
consent-scope-email = indirizzo e-mail
consent-scope-phone = numero di telefono
consent-scope-fiscal-number = codice fiscale
consent-scope-spid = altri dati della tua identità digitale: luogo di nascita, domicilio, documento d’identità, domicilio digitale
consent-scope-company = dati dell’azienda registrati nella tua identità digitale
consent-scope-organization = l’organizzazione per cui operi e i tuoi ruoli
consent-scope-organizations = tutte le organizzazioni per cui puoi operare e i tuoi ruoli
consent-scope-offline-access = questi dati anche quando non sei collegato
consent-claim-name = nome e cognome
consent-claim-given-name = nome
consent-claim-family-name = cognome
consent-claim-birthdate = data di nascita
consent-claim-authority = a che titolo operi per l’organizzazione
consent-claim-gender = sesso
