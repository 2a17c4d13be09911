// The plans by the names that plans.json gives them: modules, parties, and what is common to all requests of a plan.

import { modules as backChannel } from './back-channel-logout.js';
import { VARIANTS } from '../parties.js';
import { modules as basic } from './basic.js';
import { modules as config } from './config.js';
import { modules as dynamic } from './dynamic.js';
import { modules as messageSigning } from './fapi2-message-signing.js';
import { modules as securityProfile } from './fapi2-security-profile.js';
import { modules as formPost, options as posted } from './form-post.js';
import { modules as logout } from './rp-initiated-logout.js';
import { modules as thirdParty } from './third-party-init.js';

const CONNECT = ['client', 'client2', 'client-post'];

export const PLANS = {
  'oidcc-basic': { modules: basic, parties: CONNECT },
  'oidcc-config': { modules: config, parties: CONNECT },
  'oidcc-formpost-basic': { modules: formPost, parties: CONNECT, options: posted },
  'oidcc-dynamic': { modules: dynamic, parties: CONNECT },
  'oidcc-rp-initiated-logout': { modules: logout, parties: CONNECT },
  'oidcc-backchannel-rp-initiated-logout': { modules: backChannel, parties: ['client-backchannel'] },
  'oidcc-3rdparty-init-login': { modules: thirdParty, parties: CONNECT },
  ...Object.fromEntries(
    VARIANTS.map((variant) => variant.join('-')).flatMap((variant) => [
      fapi(`fapi2-security-profile-${variant}`, securityProfile),
      fapi(`fapi2-message-signing-${variant}`, messageSigning),
    ]),
  ),
};

function fapi(name, modules) {
  const named = Object.entries(modules).map(([module, run]) => [`fapi2-security-profile-final-${module}`, run]);
  return [name, { modules: Object.fromEntries(named), parties: [name, `${name}-2`] }];
}
