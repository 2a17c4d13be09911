# Un dispositivo senza browser: il codice, la conferma, l’esito.

device-title = Collega un dispositivo
device-lead = Scrivi il codice che leggi sul dispositivo.
device-code = Codice
device-code-hint = Otto lettere, come WDJB-MJHT. Il trattino non serve.
device-problem-wrong = Il codice non è giusto, oppure è scaduto. Controlla il dispositivo.
device-problem-too-often = Hai provato troppe volte. Aspetta dieci minuti e riprova.

device-confirm-title = Vuoi collegare questo dispositivo?
device-confirm-lead = Accederai a <strong>{ $service }</strong> dal dispositivo, con la tua identità digitale.
device-confirm-code = Sul dispositivo deve esserci questo codice:
device-confirm-warning = Continua solo se il dispositivo è davanti a te e hai cominciato tu. Se qualcuno ti ha mandato il codice o il link, fermati: con il tuo accesso entrerebbe al posto tuo.
device-confirm-yes = È il mio dispositivo
device-confirm-no = Non è mio, annulla

device-connected-title = Il dispositivo è collegato
device-connected-lead = Torna al dispositivo per usare <strong>{ $service }</strong>. Puoi chiudere questa pagina.
device-refused-title = Il dispositivo non è collegato
device-refused-lead = <strong>{ $service }</strong> non ha ricevuto i tuoi dati. Per riprovare chiedi un nuovo codice al dispositivo.
