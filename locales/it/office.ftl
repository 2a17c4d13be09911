# Le pagine degli uffici.

account-office = Area riservata agli uffici
account-office-about = Puoi consultare le autenticazioni SPID e CIE.

breadcrumb = Percorso di navigazione

register-title = Registro delle transazioni
register-lead = Le risposte dei gestori di identità, accettate e rifiutate. Ogni consultazione resta registrata con il tuo nome e il motivo.
register-search = Cerca nel registro
register-search-about = Compila un solo campo tra persona, riferimento, richiesta e NameID; le date restringono la ricerca, o bastano da sole.
register-search-button = Cerca
register-person = Codice fiscale o identificativo della persona
register-request-id = ID della richiesta (AuthnRequest)
register-from = Dal giorno
register-to = Al giorno
register-why = Motivo della consultazione
register-why-about = Una frase, con il protocollo se c’è. Obbligatorio: da 10 a 300 caratteri.
register-problem-nothing = Scrivi che cosa cercare
register-problem-too-much = Cerca una cosa alla volta
register-problem-no-person = Il codice fiscale, o l’identificativo, non è valido
register-problem-no-time = Controlla le date: la prima non può venire dopo la seconda
register-problem-no-reason = Scrivi il motivo, da 10 a 300 caratteri
register-results = Risultati
register-found = { $count ->
    [0] Nessuna voce trovata.
    [1] Una voce trovata.
   *[other] { $count } voci trovate.
}
register-more = Ce ne sono altre: restringi la ricerca.
register-export-person = Esporta tutto della persona (ZIP)
register-export-case = Esporta il caso (ZIP)
register-request = Richiesta
register-service = Servizio
register-outcome = Esito
register-accepted = Accettata
register-refused = Rifiutata
register-events = Eventi con questo riferimento
register-event = Evento
register-sub = Identificativo della persona

entry-title = Richiesta
entry-documents = Documenti
entry-too-long = La risposta era troppo lunga: ne restano solo la lunghezza e l’impronta, nell’esportazione.
entry-unreadable = Il contenuto di questa voce non si può più leggere: è stato modificato, o la sua chiave è stata distrutta.
entry-data = Dati della transazione
entry-request-issued = Richiesta emessa
entry-response-id = ID della risposta
entry-response-issued = Risposta emessa
entry-assertion-id = ID dell’asserzione
entry-source = Indirizzo di provenienza
entry-sealed = Sigillo
entry-sealed-in = Segmento { $segment }
entry-not-sealed = Non ancora sigillata
entry-back = Nuova ricerca
