// Where things are on the pages: the only place that knows the markup. The same selectors serve the
// browser (walk) and the HTTP client (clients, idp, faults).

export const portal = {
  login: '[href$="/login"], form[action$="/login"] button',
  switch: '[href$="/switch"], form[action$="/switch"] button',
  logout: '[href$="/logout"], form[action$="/logout"] button',
};

export const login = {
  menu: 'details.spid-menu > summary',
  provider: 'ul.spid-idps a',
  language: 'header a[hreflang]',
};

export const chooser = {
  option: '.app-choice',
  radio: '.app-choice label',
  submit: 'main form button[type="submit"]',
};

export const provider = {
  person: 'form button',
  level: 'select[name="level"]',
  error: 'form button',
};

export const error = {
  back: 'main a.btn, main form button',
};

/** Elements that open when a person asks for them; axe looks at them closed and open. */
export const foldable = 'details';
