// Where things are on the pages: the only place that knows the markup. The same selectors serve the
// browser (walk) and the HTTP client (clients, idp, faults).

export const portal = {
  login: 'a[href$="login"], form[action$="login"] button',
  switch: 'a[href$="switch"], form[action$="switch"] button',
  logout: 'a[href$="logout"], form[action$="logout"] button',
};

export const login = {
  menu: 'details.spid-menu > summary',
  provider: '.spid-idps a',
  cie: 'a.id-btn-cie',
  eidas: 'main a[href^="/login/eidas"]',
  /** The entityID stands in the link, percent-encoded. */
  providerAt: (address) => `.spid-idps a[href*="${encodeURIComponent(address)}"], .spid-idps a[href*="${address}"]`,
};

export const logout = {
  confirm: 'button[name="confirm"]',
  /** Signed out here; the way to the identity provider's own logout. */
  upstream: 'main a[href*="/logout/upstream"]',
};

export const chooser = {
  option: '.app-choice',
  label: '.app-choice label',
  submit: 'main form[method="post"] button.btn-primary[type="submit"]',
};

/** Whether something may be told to the portal. */
export const consent = {
  accept: '#acconsenti',
  refuse: '#rifiuta',
};

/** The page that posts an answer to the portal (response_mode=form_post). */
export const posted = {
  form: 'form#risposta',
};

/** The page that answers a POST which ends at the portal: it goes on by itself, and has a link. */
export const leaving = {
  refresh: 'meta[http-equiv="refresh" i]',
  /** A relying party's page whose script is about to go elsewhere. */
  script: 'body[data-leaves]',
  link: 'main a[href]',
};

/** The identity provider's page: one form, one button per person and per error code. */
export const provider = {
  person: 'button[name="person"]',
  level: (number) => `input[name="level"][value$="${number}"]`,
  error: (code) => `button[name="error"][value="${code}"]`,
  answer: 'form:has(input[name="SAMLResponse"]), form[data-leaves], form#answer',
  /** Its page for a service that asks to end the session. */
  leave: (verdict) => `button[name="verdict"][value="${verdict}"]`,
  /** On its home page, with a session of level 1. */
  leaveAll: (byPost) => (byPost ? 'a[href$="/slo/begin?by_post=true"]' : 'a[href$="/slo/begin"]'),
};

export const error = {
  /** The ways on of a page that says what went wrong. */
  ways: 'main a.btn, main form button[type="submit"]',
  /** The link back to the portal, by its Italian text. */
  back: 'main a',
  backText: 'Torna a',
};

export const language = (code) => `a[hreflang="${code}"]`;

/** What a person can open; axe looks at the page with these closed and open. */
export const foldable = 'details';

/** The buttons of the menus in the header. */
export const menu = '[data-bs-toggle="dropdown"]';
