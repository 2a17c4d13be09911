# Le pagine dell’accesso con carta.

card-help-title = Entra con la tua carta
card-help-lead = Puoi usare la Tessera Sanitaria con chip (TS-CNS), la Carta Nazionale dei Servizi o una carta equivalente.
card-help-before = Prima di iniziare
card-help-reader = Collega un lettore di smart card al computer.
card-help-middleware = Installa il programma della carta (middleware): lo trovi sul sito di chi l’ha rilasciata.
card-help-pin = Tieni a portata di mano il PIN. Se non l’hai ancora, chiedi l’attivazione della carta agli sportelli della tua Regione o Provincia.
card-help-cie = Se hai la Carta d’Identità Elettronica puoi usare anche quella, con un lettore contactless e il software CIE.
card-help-then = Poi
card-help-insert = Inserisci la carta nel lettore e premi il pulsante qui sotto.
card-help-choose = Il browser ti chiede quale certificato usare: scegli quello con il tuo codice fiscale.
card-help-type = Scrivi il PIN della carta.
card-use = Usa la carta
card-browsers = Quale browser usare
card-browser-windows = Windows: Edge e Chrome usano da soli il programma della carta.
card-browser-mac = Mac: Safari e Chrome, dopo aver installato il programma della carta.
card-browser-firefox = Firefox: la prima volta aggiungi il programma della carta in Impostazioni, Privacy e sicurezza, Dispositivi di sicurezza.
card-browser-linux = Linux: aggiungi il modulo PKCS#11 della carta al browser.
card-browser-phone = Telefono e tablet: la carta non si può usare, scegli un altro modo di accesso.
card-remove = Quando hai finito, esci, togli la carta dal lettore e chiudi tutte le finestre del browser: il browser ricorda il certificato che hai scelto.

card-over-title = Accesso con carta non completato
card-retry = Riprova con la carta
card-help-link = Come usare la carta

card-no-certificate-title = Non abbiamo ricevuto il certificato della carta
card-no-certificate-lead = La carta non era nel lettore, hai annullato la scelta o il PIN, oppure il browser non ha trovato la carta.
card-no-certificate-1 = Controlla che la carta sia inserita nel verso giusto e che il lettore sia acceso.
card-no-certificate-2 = Il browser ricorda la tua scelta: chiudi tutte le sue finestre, riaprilo e ricomincia. In alternativa usa una finestra anonima.
card-no-certificate-3 = Se il browser non ti chiede nulla, controlla di aver installato il programma della carta.
card-no-certificate-4 = Se un’altra persona ha usato la sua carta su questo computer, toglila dal lettore prima di inserire la tua.

card-expired-title = La tua carta è scaduta
card-expired-lead = Il certificato della carta non è più valido: con questa carta non si può più entrare.
card-expired-1 = Chiedi una carta nuova a chi l’ha rilasciata: per la Tessera Sanitaria, la tua Regione o Provincia.
card-expired-2 = Nel frattempo puoi entrare con un’altra identità digitale.

card-not-yet-valid-title = La tua carta non è ancora valida
card-not-yet-valid-lead = Il certificato della carta vale da una data futura.
card-not-yet-valid-1 = Aspetta il giorno indicato nei documenti ricevuti con la carta, poi riprova.
card-not-yet-valid-2 = Se hai già usato questa carta, contatta l’assistenza.

card-revoked-title = La tua carta è stata revocata
card-revoked-lead = Chi ha rilasciato la carta l’ha sospesa o revocata, per esempio dopo una denuncia di smarrimento o il rilascio di una carta nuova.
card-revoked-1 = Se hai ricevuto una carta nuova, usa quella.
card-revoked-2 = Altrimenti contatta l’ente che ha rilasciato la carta.

card-not-cns-title = Questo certificato non è di una CNS
card-not-cns-lead = Hai scelto un certificato che non serve per entrare nei servizi: per esempio quello di firma, oppure quello di un’altra carta.
card-not-cns-1 = Chiudi tutte le finestre del browser, riaprilo e scegli il certificato di autenticazione della carta, quello con il tuo codice fiscale.
card-not-cns-2 = Se la carta ha un solo certificato, non è una CNS: scegli un altro modo di accesso.

card-unknown-issuer-title = Non riconosciamo chi ha rilasciato la carta
card-unknown-issuer-lead = La carta non è stata rilasciata da un ente presente nell’elenco nazionale delle carte riconosciute.
card-unknown-issuer-1 = Chiudi tutte le finestre del browser, riaprilo e controlla di aver scelto il certificato della tua carta.
card-unknown-issuer-2 = Se la carta è giusta, comunica all’assistenza i dettagli che trovi qui sotto.

card-too-old-title = La tua carta usa una firma troppo vecchia
card-too-old-lead = Il certificato è firmato con un metodo (SHA-1) che per sicurezza non si accetta più.
card-too-old-1 = Chiedi una carta nuova a chi l’ha rilasciata.
card-too-old-2 = Nel frattempo puoi entrare con un’altra identità digitale.

card-not-checkable-title = Non riusciamo a controllare la tua carta
card-not-checkable-lead = Chi ha rilasciato la carta non ci dice in questo momento se è ancora valida. Per la tua sicurezza ci siamo fermati.
card-not-checkable-1 = Riprova tra qualche minuto.
card-not-checkable-2 = Se hai fretta, scegli un altro modo di accesso.

card-used-title = Questo accesso con carta è già stato usato
card-used-lead = Ogni accesso con la carta vale una volta sola.
card-used-1 = Riprova con la carta: ti chiederemo di nuovo il PIN.
card-used-2 = Non usare il pulsante Indietro del browser per tornare alla richiesta del PIN.

card-names-title = Come ti chiami?
card-names-lead = La tua carta contiene il codice fiscale ma non il nome. Te lo chiediamo una volta sola.
card-names-given = Nome
card-names-family = Cognome
card-names-not-those = Nome e cognome non corrispondono al codice fiscale della carta: scrivili come sul tuo documento
