# What stands around every page.

skip-to-content = Skip to main content
skip-to-footer = Skip to footer
language-menu = Language:
user-menu = Menu of
my-account = My account
sign-out = Sign out
acting-for = You are acting for
footer-links = Useful links
footer-help = Help
footer-privacy = Privacy notice
footer-legal-notes = Legal notes
footer-accessibility = Accessibility statement
footer-accessibility-where = (AgID website, in Italian)
footer-feedback = Report an accessibility problem

error-prefix = Error:
form-errors = Check your answer
continue = Continue
start-again = Start again
other-method = Choose another way to sign in
back-to-service = Back to { $service }
back-to-the-service = Back to the service
what-you-can-do = What you can do
need-help = Do you need help?
help-spid = SPID help
help-cie = CIE help
help-site = Help for this site
nothing-changed = No data were changed. You can safely close this page.

month-name = { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
}
date-long = { $day } { month-name } { $year }
date-short = { $dd }/{ $mm }/{ $year }
date-and-time = { date-long }, { $time }
used-today = Used today at { $time }
used-yesterday = Used yesterday at { $time }
used-this-year = Used on { $day } { month-name }
used-earlier = Used on { date-long }
used-never = Never used

detail-anomaly-code = Anomaly code
detail-identity-provider = Identity provider
detail-time = Date and time
detail-reference = Request reference
details-for-help = Details to give to the help desk

identifier-0201 = IPA code { $value }
identifier-0210 = Fiscal code { $value }
identifier-0211 = VAT number { $value }
identifier-other = { $scheme }: { $value }

method-spid = SPID
method-cie = CIE
method-cns = Tessera Sanitaria - CNS
method-eidas = eIDAS
method-local = Local account

mandate-legal-representative = Legal representative
mandate-administrator = Administrator
mandate-delegate = Delegate
mandate-operator = Operator
