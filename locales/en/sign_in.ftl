# The pages of signing in.

login-title = Sign in to the services
login-lead = Use your digital identity: it is secure and you do not have to create a new password.
login-context = You are signing in to { $service }
login-context-after = After signing in you go back to the service. Security level required: { $level }.
login-context-account = You are signing in to your account
login-context-level = Security level required: { $level }.
login-notice-session-ended = The session ended because too much time had passed. Sign in again to continue.
login-notice-again = For this service you have to prove again who you are.
login-first-time = Is this your first time?
login-first-time-about = There is no need to register: you sign in with your digital identity. It tells us only what is needed, such as your name and fiscal code.
login-privacy = How we use your data

spid-about = Italian Public Digital Identity System.
spid-button = Sign in with SPID
spid-choose = Choose your SPID provider
spid-provider = Access to SPID with { $name }
spid-more = More information
spid-none = Don’t have SPID?
spid-help = Need help?
spid-how = How to get SPID
cie-about = Italian electronic identity card.
cie-button = Sign in with CIE
cie-how = How to use CIE online
cns-about = With a smart card reader and a PIN.
cns-button = Sign in with CNS
local-about = Only for people who cannot have an Italian digital identity. We will also ask you for a temporary code.
local-username = E-mail address
local-password = Password
local-show-password = Show the password
local-button = Sign in with e-mail and password
local-recover = Have you forgotten the password?
local-enrol = No account yet? Register

chooser-title = For whom do you want to act?
chooser-lead = You are signing in to <strong>{ $service }</strong>. Choose the profile to continue with: you can change it at any time.
chooser-nobody-title = There is no organisation you can act for
chooser-nobody-lead = You are signing in to <strong>{ $service }</strong>, but your profiles cannot be used now: the reason is beside each of them.
chooser-leave = Back to { $service }
chooser-legend = Profile to continue with
chooser-yourself = For yourself
chooser-personal = Personal account
chooser-organisation = For an organisation
chooser-whole-organisation = The whole organisation
chooser-search = Search by name, fiscal code or unit
chooser-search-button = Search
chooser-clear-search = Show all profiles
chooser-role = Role
chooser-every-role = All roles
chooser-roles = In the service: { $roles }
chooser-count = { $count ->
    [one] { $count } profile
   *[other] { $count } profiles, the most recently used first
}
chooser-found = { $count ->
    [0] No profile found
    [one] { $count } profile found
   *[other] { $count } profiles found
}
chooser-found-many = # profiles found
chooser-until = { $kind } until { $day }
chooser-missing = Can’t find your organisation?
chooser-missing-help = Ask the help desk
chooser-usual = Suggest this profile first for this service
chooser-problem-nothing-chosen = Choose a profile to continue
chooser-problem-not-offered = The profile you chose is not available: choose another one

unusable-expired = This mandate has expired
unusable-not-yet-valid = This mandate has not begun yet
unusable-suspended = This mandate is suspended
unusable-unit-closed = This unit is closed
unusable-organisation-not-active = This organisation is not active
unusable-no-role = This role cannot use { $service }
unusable-evidence-too-weak = To use { $service } this mandate has to be verified by an office

returning-title = We are taking you back to the service
returning-lead = You have signed in. If <strong>{ $service }</strong> does not open by itself, press Continue.
returning-lead-signed-out = You have signed out. If <strong>{ $service }</strong> does not open by itself, press Continue.
answer-form-lead = If <strong>{ $service }</strong> does not open by itself, press Continue.

to-provider-title = We are taking you to { $provider }
to-provider-lead = If the page of <strong>{ $provider }</strong> does not open by itself, press Continue.
