# Ciò che sta attorno a ogni pagina.

skip-to-content = Vai al contenuto principale
skip-to-footer = Vai al piè di pagina
language-menu = Lingua:
user-menu = Menu di
my-account = Il mio account
sign-out = Esci
acting-for = Operi per conto di
footer-links = Collegamenti utili
footer-help = Assistenza
footer-privacy = Informativa privacy
footer-legal-notes = Note legali
footer-accessibility = Dichiarazione di accessibilità
footer-accessibility-where = (sito AgID)
footer-feedback = Segnala un problema di accessibilità

error-prefix = Errore:
form-errors = Controlla la tua risposta
continue = Continua
start-again = Ricomincia l’accesso
other-method = Scegli un altro modo di accesso
back-to-service = Torna a { $service }
back-to-the-service = Torna al servizio
what-you-can-do = Cosa puoi fare
need-help = Hai bisogno di aiuto?
help-spid = Assistenza SPID
help-cie = Assistenza CIE
help-site = Assistenza di questo sito
nothing-changed = Nessun dato è stato modificato. Puoi chiudere questa pagina in sicurezza.

month-name = { $month ->
    [1] gennaio
    [2] febbraio
    [3] marzo
    [4] aprile
    [5] maggio
    [6] giugno
    [7] luglio
    [8] agosto
    [9] settembre
    [10] ottobre
    [11] novembre
   *[12] dicembre
}
date-long = { $day ->
    [1] 1º
   *[other] { $day }
} { month-name } { $year }
date-short = { $dd }/{ $mm }/{ $year }
date-and-time = { date-long }, ore { $time }
used-today = Usato oggi alle { $time }
used-yesterday = Usato ieri alle { $time }
used-this-year = Usato il { $day } { month-name }
used-earlier = Usato il { date-long }
used-never = Mai usato

detail-anomaly-code = Codice anomalia
detail-identity-provider = Gestore di identità
detail-time = Data e ora
detail-reference = Riferimento richiesta
details-for-help = Dettagli da comunicare all’assistenza

identifier-0201 = Codice IPA { $value }
identifier-0210 = Codice fiscale { $value }
identifier-0211 = Partita IVA { $value }
identifier-other = { $scheme }: { $value }

method-spid = SPID
method-cie = CIE
method-cns = Tessera Sanitaria - CNS
method-eidas = eIDAS
method-local = Account locale

mandate-legal-representative = Legale rappresentante
mandate-administrator = Amministratore
mandate-delegate = Delegato
mandate-operator = Operatore
