# The pages of signing in with a card.

card-help-title = Sign in with your card
card-help-lead = You can use the health card with a chip (TS-CNS), the National Service Card or an equivalent card.
card-help-before = Before you begin
card-help-reader = Connect a smart card reader to your computer.
card-help-middleware = Install the card’s program (middleware): you find it on the website of whoever issued the card.
card-help-pin = Keep the PIN at hand. If you do not have one yet, ask the offices of your region or province to activate the card.
card-help-cie = If you have an Electronic Identity Card (CIE) you can use it too, with a contactless reader and the CIE software.
card-help-then = Then
card-help-insert = Put the card into the reader and press the button below.
card-help-choose = The browser asks which certificate to use: choose the one with your fiscal code.
card-help-type = Type the PIN of the card.
card-use = Use the card
card-browsers = Which browser to use
card-browser-windows = Windows: Edge and Chrome use the card’s program by themselves.
card-browser-mac = Mac: Safari and Chrome, once the card’s program is installed.
card-browser-firefox = Firefox: the first time, add the card’s program in Settings, Privacy and security, Security devices.
card-browser-linux = Linux: add the card’s PKCS#11 module to the browser.
card-browser-phone = Phones and tablets: the card cannot be used, choose another way to sign in.
card-remove = When you have finished, sign out, take the card out of the reader and close all browser windows: the browser remembers the certificate you chose.

card-over-title = Sign-in with a card not completed
card-retry = Try the card again
card-help-link = How to use the card

card-no-certificate-title = We did not receive the certificate of the card
card-no-certificate-lead = The card was not in the reader, you cancelled the choice or the PIN, or the browser did not find the card.
card-no-certificate-1 = Check that the card is the right way round and that the reader is on.
card-no-certificate-2 = The browser remembers your choice: close all its windows, open it again and start over. Or use a private window.
card-no-certificate-3 = If the browser does not ask anything, check that the card’s program is installed.
card-no-certificate-4 = If somebody else used their card on this computer, take it out of the reader before you insert yours.

card-expired-title = Your card has expired
card-expired-lead = The certificate of the card is no longer valid: this card can no longer be used to sign in.
card-expired-1 = Ask whoever issued the card for a new one: for the health card, your region or province.
card-expired-2 = Meanwhile you can sign in with another digital identity.

card-not-yet-valid-title = Your card is not valid yet
card-not-yet-valid-lead = The certificate of the card is valid from a future date.
card-not-yet-valid-1 = Wait for the day given in the documents that came with the card, then try again.
card-not-yet-valid-2 = If you have used this card before, contact the help desk.

card-revoked-title = Your card has been revoked
card-revoked-lead = Whoever issued the card has suspended or revoked it, for example after it was reported lost or replaced by a new one.
card-revoked-1 = If you have received a new card, use that one.
card-revoked-2 = Otherwise contact the body that issued the card.

card-not-cns-title = This certificate is not that of a CNS
card-not-cns-lead = You chose a certificate that is not for signing in to services: for example the one for signatures, or that of another card.
card-not-cns-1 = Close all browser windows, open the browser again and choose the card’s authentication certificate, the one with your fiscal code.
card-not-cns-2 = If the card has only one certificate, it is not a CNS: choose another way to sign in.

card-unknown-issuer-title = We do not recognise who issued the card
card-unknown-issuer-lead = The card was not issued by a body on the national list of recognised cards.
card-unknown-issuer-1 = Close all browser windows, open the browser again and check that you chose the certificate of your card.
card-unknown-issuer-2 = If it is the right card, tell the help desk the details you find below.

card-too-old-title = Your card uses a signature that is too old
card-too-old-lead = The certificate is signed in a way (SHA-1) that is no longer accepted, for safety.
card-too-old-1 = Ask whoever issued the card for a new one.
card-too-old-2 = Meanwhile you can sign in with another digital identity.

card-not-checkable-title = We cannot check your card
card-not-checkable-lead = Whoever issued the card does not tell us at the moment whether it is still valid. For your safety we stopped.
card-not-checkable-1 = Try again in a few minutes.
card-not-checkable-2 = If you are in a hurry, choose another way to sign in.

card-used-title = This sign-in with a card was used already
card-used-lead = Each sign-in with the card counts only once.
card-used-1 = Try the card again: we will ask for the PIN again.
card-used-2 = Do not use the browser’s Back button to return to the PIN.

card-names-title = What is your name?
card-names-lead = Your card holds your fiscal code but not your name. We ask for it only once.
card-names-given = Given name
card-names-family = Family name
card-names-not-those = Given and family name do not match the fiscal code of the card: write them as on your identity document
