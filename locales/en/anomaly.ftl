# The courtesy pages for the errors that a SPID identity provider reports.

anomaly-over-title-spid = Sign-in with SPID not completed
anomaly-over-title-cie = Sign-in with CIE not completed
anomaly-over-title-eidas = Sign-in with eIDAS not completed
retry-spid = Try again with SPID
retry-cie = Try again with CIE
retry-eidas = Try again with eIDAS

anomaly-too-many-attempts-title = Too many failed attempts
anomaly-too-many-attempts-lead = Your identity provider stopped the sign-in because the credentials entered were not correct.
anomaly-too-many-attempts-1 = Wait a few minutes, then try again, taking care with user name, password and temporary code.
anomaly-too-many-attempts-2 = If you do not remember the password, recover it on the website of your identity provider.
anomaly-too-many-attempts-3 = If the problem goes on, contact the provider’s help desk.

anomaly-level-not-reached-title = A higher security level is needed
anomaly-level-not-reached-lead = The SPID credentials you used do not reach level { $level }, which this service requires.
anomaly-level-not-reached-1 = Try again and, on the page of your identity provider, confirm with the app or with the code sent by SMS.
anomaly-level-not-reached-2 = If you have not activated level { $level } yet, you can ask for it on your provider’s website.
anomaly-level-not-reached-cie = Or sign in with CIE: there is nothing new to activate with your SPID provider.

anomaly-timed-out-title = The time for signing in has run out
anomaly-timed-out-lead = It took longer than your identity provider allows. Your data are safe and nothing has changed.
anomaly-timed-out-1 = Keep the phone with the app or the SMS at hand, then try again.
anomaly-timed-out-2 = If you need more time, ask your provider which ways of confirming it offers.

anomaly-consent-refused-title = You did not agree to send your data
anomaly-consent-refused-lead = To let you in, we need your identity provider to tell us your name, family name and fiscal code.
anomaly-consent-refused-1 = Try again and, on the provider’s page, confirm that the data may be sent.
anomaly-consent-refused-2 = To know how we use them, read:
anomaly-consent-refused-2-ask = To know how we use them, ask the administration for its privacy notice.
anomaly-consent-refused-3 = If you do not want to send them, you can use the service at the counter.

anomaly-blocked-title = Your SPID identity is suspended or blocked
anomaly-blocked-lead = The provider told us that the identity or the credentials are suspended, revoked or blocked. Only the provider can reactivate them.
anomaly-blocked-1 = Contact the help desk of your identity provider to know the reason and to reactivate it.
anomaly-blocked-cie = In the meantime you can sign in with CIE.
anomaly-blocked-other = In the meantime you can sign in with another digital identity, if you have one.

anomaly-cancelled-title = You cancelled the sign-in
anomaly-cancelled-lead = You stopped on the page of your identity provider.
anomaly-cancelled-1 = If it was a mistake, try again.
anomaly-cancelled-2 = If you prefer, choose another way to sign in.

anomaly-wrong-identity-type-title = Another type of SPID identity is needed
anomaly-wrong-identity-type-lead = This service requires a SPID identity for professional use or of a legal person. You used an identity of another type.
anomaly-wrong-identity-type-1 = Try again and choose the identity of the type required.
anomaly-wrong-identity-type-2 = If you do not have one, ask your provider how to get it.

anomaly-card-timed-out-title = The time for signing in has run out
anomaly-card-timed-out-lead = It took longer than signing in with CIE allows. Your data are safe and nothing has changed.
anomaly-card-timed-out-1 = Keep the card, the PIN and the phone with the CieID app at hand, then try again.

anomaly-card-consent-refused-title = You did not agree to send your data
anomaly-card-consent-refused-lead = To let you in, we need the Ministry of the Interior to tell us your name, family name, date of birth and fiscal code.
anomaly-card-consent-refused-1 = Try again and, on the page of CIE, confirm that the data may be sent.

anomaly-card-blocked-title = Your card has expired or was revoked
anomaly-card-blocked-lead = The Ministry of the Interior told us that the electronic identity card you used is no longer valid.
anomaly-card-blocked-1 = To renew the card, or to know the reason, ask your municipality.

anomaly-card-cancelled-title = You cancelled the sign-in
anomaly-card-cancelled-lead = You stopped on the page of CIE.

anomaly-technical-title = There is a technical problem
anomaly-technical-lead = Your identity provider did not accept the request we sent. The mistake is ours, not yours.
anomaly-technical-1 = Try again in a few minutes, or choose another way to sign in.
anomaly-technical-2 = If it happens again, give the help desk the details that you find below.

anomaly-other-title = We could not complete the sign-in
anomaly-other-lead = Your identity provider could not complete the operation. It is not your fault.
anomaly-other-1 = Try again in a few minutes.
anomaly-other-2 = If it happens again, give the help desk the details that you find below.
