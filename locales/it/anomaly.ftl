# Le pagine di cortesia per gli errori che il gestore di identità SPID comunica.

anomaly-over-title-spid = Accesso con SPID non completato
anomaly-over-title-cie = Accesso con CIE non completato
anomaly-over-title-eidas = Accesso con eIDAS non completato
retry-spid = Riprova con SPID
retry-cie = Riprova con CIE
retry-eidas = Riprova con eIDAS

anomaly-too-many-attempts-title = Troppi tentativi non riusciti
anomaly-too-many-attempts-lead = Il gestore della tua identità ha interrotto l’accesso perché le credenziali inserite non erano corrette.
anomaly-too-many-attempts-1 = Aspetta qualche minuto, poi riprova facendo attenzione a nome utente, password e codice temporaneo.
anomaly-too-many-attempts-2 = Se non ricordi la password, recuperala sul sito del tuo gestore di identità.
anomaly-too-many-attempts-3 = Se il problema continua, contatta l’assistenza del gestore.

anomaly-level-not-reached-title = Serve un livello di sicurezza più alto
anomaly-level-not-reached-lead = Le credenziali SPID che hai usato non raggiungono il livello { $level }, richiesto da questo servizio.
anomaly-level-not-reached-1 = Riprova e, nella pagina del tuo gestore di identità, conferma l’accesso con l’app o con il codice via SMS.
anomaly-level-not-reached-2 = Se non hai ancora attivato il livello { $level }, puoi chiederlo sul sito del tuo gestore.
anomaly-level-not-reached-cie = In alternativa entra con CIE: non serve attivare nulla di nuovo con il gestore SPID.

anomaly-timed-out-title = Il tempo per l’accesso è scaduto
anomaly-timed-out-lead = Hai impiegato più tempo di quello previsto dal gestore della tua identità. I tuoi dati sono al sicuro e non è cambiato nulla.
anomaly-timed-out-1 = Tieni vicino il telefono con l’app o gli SMS, poi riprova.
anomaly-timed-out-2 = Se hai bisogno di più tempo, chiedi al tuo gestore quali modalità di conferma offre.

anomaly-consent-refused-title = Non hai dato il consenso all’invio dei dati
anomaly-consent-refused-lead = Per farti entrare abbiamo bisogno che il tuo gestore di identità ci comunichi nome, cognome e codice fiscale.
anomaly-consent-refused-1 = Riprova e, nella pagina del gestore, conferma l’invio dei dati.
anomaly-consent-refused-2 = Per sapere come li usiamo, leggi:
anomaly-consent-refused-2-ask = Per sapere come li usiamo, chiedi l’informativa privacy all’ente.
anomaly-consent-refused-3 = Se non vuoi inviarli, puoi usare il servizio allo sportello.

anomaly-blocked-title = La tua identità SPID è sospesa o bloccata
anomaly-blocked-lead = Il gestore ci ha comunicato che l’identità o le credenziali sono sospese, revocate o bloccate. Solo il gestore può riattivarle.
anomaly-blocked-1 = Contatta l’assistenza del tuo gestore di identità per conoscere il motivo e riattivarla.
anomaly-blocked-cie = Nel frattempo puoi entrare con CIE.
anomaly-blocked-other = Nel frattempo puoi entrare con un’altra identità digitale, se ne hai una.

anomaly-cancelled-title = Hai annullato l’accesso
anomaly-cancelled-lead = Hai interrotto l’operazione nella pagina del gestore della tua identità.
anomaly-cancelled-1 = Se è stato un errore, riprova.
anomaly-cancelled-2 = Se preferisci, scegli un altro modo di accesso.

anomaly-wrong-identity-type-title = Serve un altro tipo di identità SPID
anomaly-wrong-identity-type-lead = Questo servizio richiede un’identità SPID a uso professionale o della persona giuridica. Hai usato un’identità di tipo diverso.
anomaly-wrong-identity-type-1 = Riprova scegliendo l’identità del tipo richiesto.
anomaly-wrong-identity-type-2 = Se non la possiedi, chiedi al tuo gestore come ottenerla.

anomaly-card-timed-out-title = Il tempo per l’accesso è scaduto
anomaly-card-timed-out-lead = Hai impiegato più tempo di quello previsto per l’accesso con CIE. I tuoi dati sono al sicuro e non è cambiato nulla.
anomaly-card-timed-out-1 = Tieni a portata di mano la carta, il PIN e il telefono con l’app CieID, poi riprova.

anomaly-card-consent-refused-title = Non hai dato il consenso all’invio dei dati
anomaly-card-consent-refused-lead = Per farti entrare abbiamo bisogno che il Ministero dell’Interno ci comunichi nome, cognome, data di nascita e codice fiscale.
anomaly-card-consent-refused-1 = Riprova e, nella pagina di CIE, conferma l’invio dei dati.

anomaly-card-blocked-title = La tua carta è scaduta o revocata
anomaly-card-blocked-lead = Il Ministero dell’Interno ci ha comunicato che la carta d’identità elettronica che hai usato non è più valida.
anomaly-card-blocked-1 = Per rinnovare la carta o conoscere il motivo, rivolgiti al tuo Comune.

anomaly-card-cancelled-title = Hai annullato l’accesso
anomaly-card-cancelled-lead = Hai interrotto l’operazione nella pagina di CIE.

anomaly-technical-title = C’è un problema tecnico
anomaly-technical-lead = Il gestore della tua identità non ha accettato la richiesta che gli abbiamo inviato. L’errore è nostro e non dipende da te.
anomaly-technical-1 = Riprova tra qualche minuto, oppure scegli un altro modo di accesso.
anomaly-technical-2 = Se succede di nuovo, comunica all’assistenza i dettagli che trovi qui sotto.

anomaly-other-title = Non siamo riusciti a completare l’accesso
anomaly-other-lead = Il gestore della tua identità non ha potuto completare l’operazione. Non dipende da te.
anomaly-other-1 = Riprova tra qualche minuto.
anomaly-other-2 = Se succede di nuovo, comunica all’assistenza i dettagli che trovi qui sotto.
