// A portal that lives in the browser alone: a public client. oidc-client-ts does everything; the address says what.

const manager = new oidc.UserManager({
  ...window.settings,
  redirect_uri: `${location.origin}/callback`,
  post_logout_redirect_uri: `${location.origin}/signed-out`,
  response_type: 'code',
  scope: 'openid profile fiscal_number',
  loadUserInfo: true,
  automaticSilentRenew: false,
  monitorSession: false,
  userStore: new oidc.WebStorageStateStore({ store: window.sessionStorage }),
});

const tell = (user) => ({ id_token: user.id_token, refreshable: Boolean(user.refresh_token), access_token: user.access_token, profile: user.profile });

const steps = {
  '/login': () => manager.signinRedirect(),
  '/callback': async () => tell(await manager.signinRedirectCallback()),
  '/refresh': async () => tell(await manager.signinSilent()),
  '/logout': () => manager.signoutRedirect(),
  '/signed-out': async () => {
    await manager.signoutRedirectCallback();
    return { signed_out: (await manager.getUser()) === null };
  },
};

const tellPage = (told) => {
  delete document.body.dataset.leaves;
  document.querySelector('#told').textContent = JSON.stringify(told);
};

// These two fetch discovery before they send the browser on: until then the page is done loading and yet not to be read.
if (['/login', '/logout'].includes(location.pathname)) document.body.dataset.leaves = '';

steps[location.pathname]()
  .then((told) => told && tellPage(told))
  .catch((error) => tellPage({ error: String(error) }));
