# The pages of the offices.

account-office = Back office
account-office-about = You may look things up in the SPID and CIE authentications.

breadcrumb = Breadcrumb

register-title = Transaction register
register-lead = The answers of the identity providers, accepted and refused. Each look-up is recorded with your name and the reason.
register-search = Search the register
register-search-about = Fill in one of person, reference, request and NameID; dates narrow the search, or are enough by themselves.
register-search-button = Search
register-person = Fiscal code or identifier of the person
register-request-id = ID of the request (AuthnRequest)
register-from = From the day
register-to = To the day
register-why = Reason for the look-up
register-why-about = One sentence, with the file number if there is one. Required: 10 to 300 characters.
register-problem-nothing = Write what to look for
register-problem-too-much = Look for one thing at a time
register-problem-no-person = The fiscal code, or the identifier, is not valid
register-problem-no-time = Check the dates: the first cannot come after the second
register-problem-no-reason = Write the reason, 10 to 300 characters
register-results = Results
register-found = { $count ->
    [0] No entry found.
    [1] One entry found.
   *[other] { $count } entries found.
}
register-more = There are more: narrow the search.
register-export-person = Export everything about the person (ZIP)
register-export-case = Export the case (ZIP)
register-request = Request
register-service = Service
register-outcome = Outcome
register-accepted = Accepted
register-refused = Refused
register-events = Events with this reference
register-event = Event
register-sub = Identifier of the person

entry-title = Request
entry-documents = Documents
entry-too-long = The response was too long: only its length and its hash are kept, in the export.
entry-unreadable = What this entry held cannot be read any more: it was changed, or its key was destroyed.
entry-data = Data of the transaction
entry-request-issued = Request issued
entry-response-id = ID of the response
entry-response-issued = Response issued
entry-assertion-id = ID of the assertion
entry-source = Source address
entry-sealed = Seal
entry-sealed-in = Segment { $segment }
entry-not-sealed = Not sealed yet
entry-back = New search
