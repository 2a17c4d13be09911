# The error pages.

error-unknown-service-title = We cannot connect you to this service
error-unknown-service-lead = The service you come from is not registered here, or it asks to go back to an address we do not know. We stopped for your security.
error-unknown-service-advice = Go back to the website of the service and try again. If the problem goes on, tell those who run the service.

error-bad-request-title = We cannot read the request
error-bad-request-lead = The request that reached our system is incomplete or not valid.
error-bad-request-advice = Go back to the website of the service and try again from there.

error-login-expired-title = The sign-in has expired
error-login-expired-lead = Too much time has passed, or the sign-in was begun in another browser. We stopped for your security.
error-login-expired-advice = Start again from this browser. If it happens again, check that the cookies of this site are allowed.

error-already-finished-title = This sign-in is already completed
error-already-finished-lead = You have already completed this sign-in, or you used the Back button of the browser.
error-already-finished-advice = Go back to the service: if you need to sign in once more, start again.

error-response-refused-title = We could not complete the sign-in
error-response-refused-lead = The identity provider’s answer did not pass our security checks.
error-response-refused-advice = Start again. If it happens again, contact the help desk.

error-logout-refused-title = We could not verify the request to sign out
error-logout-refused-lead = The message from the identity provider did not pass our security checks, and we did not use it.
error-logout-refused-advice = If you want to sign out, use the service’s own button. If it happens again, contact the help desk.

error-not-admitted-title = We cannot complete the sign-in
error-not-admitted-lead = The data of your digital identity do not match those we already hold, or your access is blocked.
error-not-admitted-advice = Contact the help desk and quote the reference below: an operator will check your data.

error-choice-refused-title = This profile is not available
error-choice-refused-lead = The profile you chose is not one of those with which you can use this service.
error-choice-refused-advice = Start again and choose one of the profiles shown.

error-level-too-low-title = You need to sign in at level 2
error-level-too-low-lead = This page is for people who signed in with security level 2 or higher.
error-level-too-low-advice = Sign in again: you will be asked for level 2.

error-not-found-title = Page not found
error-not-found-lead = The page you are looking for does not exist or has been moved.
error-not-found-advice = Check the address, or go back to the website of the service you were using.

error-method-not-allowed-title = This page does not open like this
error-method-not-allowed-lead = The operation requested is not foreseen for this address.
error-method-not-allowed-advice = Go back to the website of the service you were using and try again from there.

error-too-large-title = The request is too large
error-too-large-lead = We received more data than expected and stopped.
error-too-large-advice = Go back to the website of the service and try again. If the problem goes on, contact the help desk.

error-unavailable-title = The service is not available at the moment
error-unavailable-lead = We cannot answer your request. We are working to solve the problem.
error-unavailable-advice = Try again in a few minutes.

error-internal-title = There was a problem
error-internal-lead = The problem is ours and does not depend on you.
error-internal-advice = Try again in a few minutes. If it happens again, contact the help desk.
