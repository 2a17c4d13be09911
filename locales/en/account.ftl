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
signed-out-identity-provider = If you kept the page of { $name } open, you may have to sign out there as well.
signed-out-shared-computer = If you are using a shared computer, close all windows of the browser.
