# The pages of the account and of signing out.

account-data = Personal data
account-data-about = They come from your digital identity (last checked: { $day }) and cannot be changed here.
account-name = Name and family name
account-fiscal-code = Fiscal code
account-date-of-birth = Date of birth
account-session = Current sign-in
account-session-about = When you have finished, above all on a shared computer, sign out.
account-method = Way of signing in
account-level = Security level
account-since = Signed in at

logout-title = Do you want to sign out?
logout-lead = You are using the services as <strong>{ $name }</strong>.
logout-lead-service = <strong>{ $service }</strong> asks to sign <strong>{ $name }</strong> out.
logout-stay = Stay signed in

signed-out-title = You have signed out
signed-out-lead = To use the services again you will have to sign in once more.
signed-out-shared-computer = If you are using a shared computer, close all windows of the browser.
signed-out-upstream = You have been signed out at { $name } as well.
signed-out-partly = You have signed out here, but <strong>{ $name }</strong> could not end every session: some other service may still recognise you. Sign out there as well, or close the browser.

logout-offer-lead = You have signed out here. Your session at <strong>{ $name }</strong> may still be open.
logout-offer-question = Do you want to sign out at { $name } as well?
logout-offer-why = If you leave it open, other services may recognise you without asking for your password again.
logout-offer-silent = The page opens in another window: when you have finished, come back here.
logout-offer-yes = Sign out at { $name } as well

account-consents = Shared data
account-consents-about = The services that may receive your data because you agreed.
account-consent-since = Since { $day }
account-consent-revoke = Withdraw for { $service }

consent-unvetted = No public administration has checked this service. Your data will go to: { $place }
consent-title = Do you want to share these data?
consent-lead = <strong>{ $service }</strong> asks for some data of <strong>{ $name }</strong>.
consent-acting-for = You are acting for <strong>{ $organisation }</strong>.
consent-data = The service will receive:
consent-nothing = The service will only receive a code that tells you from others.
consent-policy = Privacy notice of { $service }
consent-terms = Terms of use of { $service }
consent-revocable = We will remember your answer. You can change your mind at any time on the page My account.
consent-yes = I agree
consent-no = Do not share
consent-scope-profile = first name, surname, date of birth and sex
consent-scope-email = e-mail address
consent-scope-phone = telephone number
consent-scope-fiscal-number = Italian tax code
consent-scope-spid = other data of your digital identity: place of birth, domicile, identity document, digital domicile
consent-scope-company = company data held in your digital identity
consent-scope-organization = the organisation you act for and your roles
consent-scope-organizations = every organisation you may act for and your roles
consent-scope-offline-access = these data even when you are not connected
consent-claim-name = first name and surname
consent-claim-given-name = first name
consent-claim-family-name = surname
consent-claim-birthdate = date of birth
consent-claim-authority = on what ground you act for the organisation
consent-claim-gender = sex
