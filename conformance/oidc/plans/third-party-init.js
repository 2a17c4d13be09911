// OpenID Connect Core §4, a login that begins elsewhere: 3rd-party-initiated login. Each function bears the name of the
// module it stands for.

import { register } from './dynamic.js';

export const modules = {
  async 'oidcc-3rd_party-init-login-nohttps'(plan) {
    const answer = await register(plan, { redirect_uris: [`${plan.lodge.address}/callback`], initiate_login_uri: 'http://portale.example.it/entra' });
    plan.refused(answer, 'invalid_client_metadata', 400);
  },
};
