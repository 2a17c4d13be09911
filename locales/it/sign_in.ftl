# Le pagine dell’accesso.

login-title = Accedi ai servizi
login-lead = Usa la tua identità digitale: è sicuro e non devi creare una nuova password.
login-context = Stai accedendo a { $service }
login-context-after = Dopo l’accesso torni al servizio. Livello di sicurezza richiesto: { $level }.
login-context-account = Stai accedendo al tuo account
login-context-level = Livello di sicurezza richiesto: { $level }.
login-notice-session-ended = La sessione è terminata perché è passato troppo tempo. Accedi di nuovo per continuare.
login-notice-again = Per questo servizio devi dimostrare di nuovo chi sei.
login-first-time = È la prima volta?
login-first-time-about = Non serve registrarsi: entri con la tua identità digitale. Da lì riceviamo solo i dati che servono, come nome, cognome e codice fiscale.
login-privacy = Come usiamo i tuoi dati

spid-about = Sistema Pubblico di Identità Digitale.
spid-button = Entra con SPID
spid-choose = Scegli il tuo gestore di identità
spid-provider = Accedi a SPID con { $name }
spid-more = Maggiori informazioni
spid-none = Non hai SPID?
spid-help = Serve aiuto?
spid-how = Come attivare SPID
cie-about = Carta d’Identità Elettronica.
cie-button = Entra con CIE
cie-how = Come usare la CIE online
cns-about = Con lettore di smart card e PIN.
cns-button = Entra con CNS
local-about = Solo per chi non può avere un’identità digitale italiana. Ti chiederemo anche un codice temporaneo.
local-username = Indirizzo e-mail
local-password = Password
local-show-password = Mostra la password
local-button = Accedi con e-mail e password
local-recover = Hai dimenticato la password?
local-enrol = Non hai un account? Registrati

chooser-title = Per conto di chi vuoi operare?
chooser-lead = Stai accedendo a <strong>{ $service }</strong>. Scegli il profilo con cui continuare: potrai cambiarlo in ogni momento.
chooser-nobody-title = Non puoi operare per nessuna organizzazione
chooser-nobody-lead = Stai accedendo a <strong>{ $service }</strong>, ma i tuoi profili non si possono usare adesso: accanto a ciascuno trovi il motivo.
chooser-leave = Torna a { $service }
chooser-legend = Profilo con cui continuare
chooser-yourself = Per te
chooser-personal = Account personale
chooser-organisation = Per un’organizzazione
chooser-whole-organisation = Tutta l’organizzazione
chooser-search = Cerca per nome, codice fiscale o unità
chooser-search-button = Cerca
chooser-clear-search = Mostra tutti i profili
chooser-role = Ruolo
chooser-every-role = Tutti i ruoli
chooser-roles = Nel servizio: { $roles }
chooser-count = { $count ->
    [one] { $count } profilo
   *[other] { $count } profili, in ordine di ultimo utilizzo
}
chooser-found = { $count ->
    [0] Nessun profilo trovato
    [one] { $count } profilo trovato
   *[other] { $count } profili trovati
}
chooser-found-many = # profili trovati
chooser-until = { $kind } fino al { $day }
chooser-missing = Non trovi la tua organizzazione?
chooser-missing-help = Chiedi all’assistenza
chooser-usual = Proponi per primo questo profilo in questo servizio
chooser-problem-nothing-chosen = Scegli un profilo per continuare
chooser-problem-not-offered = Il profilo che hai scelto non è disponibile: scegline un altro

unusable-expired = Questo incarico è scaduto
unusable-not-yet-valid = Questo incarico non è ancora iniziato
unusable-suspended = Questo incarico è sospeso
unusable-unit-closed = Questa unità è chiusa
unusable-organisation-not-active = Questa organizzazione non è attiva
unusable-no-role = Questo ruolo non può usare { $service }
unusable-evidence-too-weak = Per usare { $service } questo incarico deve essere verificato da un ufficio

returning-title = Ti stiamo riportando al servizio
returning-lead = Hai fatto l’accesso. Se <strong>{ $service }</strong> non si apre da solo, premi Continua.
returning-lead-signed-out = Hai terminato l’accesso. Se <strong>{ $service }</strong> non si apre da solo, premi Continua.
answer-form-lead = Se <strong>{ $service }</strong> non si apre da solo, premi Continua.

to-provider-title = Ti stiamo portando da { $provider }
to-provider-lead = Se la pagina di <strong>{ $provider }</strong> non si apre da sola, premi Continua.
