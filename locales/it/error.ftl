# Le pagine di errore.

error-unknown-service-title = Non possiamo collegarti a questo servizio
error-unknown-service-lead = Il servizio da cui arrivi non è registrato qui, oppure chiede di tornare a un indirizzo che non conosciamo. Per la tua sicurezza ci siamo fermati.
error-unknown-service-advice = Torna al sito del servizio e riprova. Se il problema continua, segnalalo a chi gestisce il servizio.

error-bad-request-title = Non riusciamo a leggere la richiesta
error-bad-request-lead = La richiesta arrivata al nostro sistema è incompleta o non è valida.
error-bad-request-advice = Torna al sito del servizio e riprova da lì.

error-login-expired-title = L’accesso è scaduto
error-login-expired-lead = È passato troppo tempo, oppure l’accesso è iniziato in un altro browser. Per la tua sicurezza ci siamo fermati.
error-login-expired-advice = Ricomincia l’accesso da questo browser. Se succede di nuovo, controlla che i cookie di questo sito siano permessi.

error-already-finished-title = Questo accesso è già concluso
error-already-finished-lead = Hai già completato questo accesso, oppure hai usato il pulsante Indietro del browser.
error-already-finished-advice = Torna al servizio: se ti serve entrare di nuovo, ricomincia l’accesso.

error-response-refused-title = Non siamo riusciti a completare l’accesso
error-response-refused-lead = La risposta del gestore di identità non ha superato i nostri controlli di sicurezza.
error-response-refused-advice = Ricomincia l’accesso. Se succede di nuovo, contatta l’assistenza.

error-logout-refused-title = Non abbiamo potuto verificare la richiesta di uscita
error-logout-refused-lead = Il messaggio arrivato dal gestore di identità non ha superato i nostri controlli di sicurezza, e non lo abbiamo usato.
error-logout-refused-advice = Se vuoi uscire, usa il pulsante Esci del servizio. Se succede di nuovo, contatta l’assistenza.

error-not-admitted-title = Non possiamo completare l’accesso
error-not-admitted-lead = I dati della tua identità digitale non corrispondono a quelli che abbiamo già, oppure il tuo accesso è bloccato.
error-not-admitted-advice = Contatta l’assistenza e comunica il riferimento qui sotto: un operatore verificherà i tuoi dati.

error-choice-refused-title = Questo profilo non è disponibile
error-choice-refused-lead = Il profilo che hai scelto non è tra quelli con cui puoi usare questo servizio.
error-choice-refused-advice = Ricomincia l’accesso e scegli uno dei profili proposti.

error-level-too-low-title = Serve un accesso di livello 2
error-level-too-low-lead = Questa pagina è riservata a chi è entrato con il livello di sicurezza 2 o superiore.
error-level-too-low-advice = Accedi di nuovo: ti chiederemo il livello 2.

error-not-found-title = Pagina non trovata
error-not-found-lead = La pagina che cerchi non esiste o è stata spostata.
error-not-found-advice = Controlla l’indirizzo, oppure torna al sito del servizio che stavi usando.

error-method-not-allowed-title = Questa pagina non si apre così
error-method-not-allowed-lead = L’operazione richiesta non è prevista per questo indirizzo.
error-method-not-allowed-advice = Torna al sito del servizio che stavi usando e riprova da lì.

error-too-large-title = La richiesta è troppo grande
error-too-large-lead = Abbiamo ricevuto più dati di quelli previsti e ci siamo fermati.
error-too-large-advice = Torna al sito del servizio e riprova. Se il problema continua, contatta l’assistenza.

error-unavailable-title = Il servizio non è disponibile in questo momento
error-unavailable-lead = Non riusciamo a rispondere alla tua richiesta. Stiamo lavorando per risolvere il problema.
error-unavailable-advice = Riprova tra qualche minuto.

error-internal-title = Si è verificato un problema
error-internal-lead = Il problema è nostro e non dipende da te.
error-internal-advice = Riprova tra qualche minuto. Se succede di nuovo, contatta l’assistenza.
