// OpenID Connect RP-Initiated Logout. Each function bears the name of the module it stands for.

import assert from 'node:assert/strict';
import { fresh } from '../proofs.js';
import { logout } from '../../walk/selectors.js';
import { discovery } from './config.js';

/** A citizen who signed in goes to the end session endpoint with these parameters. */
export async function leave(plan, parameters, { party = plan.client, citizen = plan.citizen() } = {}) {
  const done = await plan.succeed({}, { party, citizen });
  const back = party.signedOutUri;
  const asked = typeof parameters === 'function' ? parameters(done, back) : parameters;
  const url = new URL(plan.provider.endpoint('end_session'));
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
  await citizen.open(url.href);
  const confirmed = (await citizen.count(logout.confirm)) > 0;
  const address = () => (citizen.url().startsWith(plan.lodge.address) ? new URL(citizen.url()) : null);
  // Where it has to be asked whether that is meant, nobody is gone before yes was said.
  const before = address();
  if (confirmed) await citizen.click(logout.confirm);
  await citizen.settle();
  return { ...done, citizen, asked, confirmed, before, arrived: address(), page: citizen.page, back };
}

/** Nobody is signed in any more. */
export async function gone(plan, { party, citizen }) {
  await plan.refusal(await plan.authorise({ prompt: 'none' }, { party, citizen }), 'login_required');
}

/** Varco's own page is the end, and nobody was sent to the relying party. */
async function stays(plan, left) {
  assert.equal(left.before, null, 'nobody was sent away before yes was said');
  assert.equal(left.arrived, null, 'nobody was sent to the relying party');
  assert.ok(left.page.url.startsWith(plan.provider.issuer));
  assert.ok(left.page.status < 500);
}

/** As the hint, but signed by nobody who matters. */
function modified(token) {
  const [header, payload, signature] = token.split('.');
  return [header, payload, signature.replace(/^./, (first) => (first === 'A' ? 'B' : 'A'))].join('.');
}

export const modules = {
  async 'oidcc-rp-initiated-logout-discovery-endpoint-verification'(plan) {
    await discovery(plan, { endpoints: ['end_session_endpoint'] });
  },

  async 'oidcc-rp-initiated-logout'(plan) {
    const left = await leave(plan, (done, back) => ({ id_token_hint: done.tokens.id_token, post_logout_redirect_uri: back, state: fresh() }));
    assert.ok(left.arrived?.href.startsWith(left.back), 'the citizen came to the registered address');
    assert.equal(left.arrived.searchParams.get('state'), left.asked.state);
    await gone(plan, left);
  },

  async 'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri'(plan) {
    await stays(plan, await leave(plan, (done, back) => ({ id_token_hint: done.tokens.id_token, post_logout_redirect_uri: `${back}/not-registered`, state: fresh() })));
  },

  async 'oidcc-rp-initiated-logout-modified-id-token-hint'(plan) {
    const left = await leave(plan, (done, back) => ({ id_token_hint: modified(done.tokens.id_token), post_logout_redirect_uri: back, state: fresh() }));
    await stays(plan, left);
  },

  async 'oidcc-rp-initiated-logout-no-id-token-hint'(plan) {
    const left = await leave(plan, (done, back) => ({ post_logout_redirect_uri: back, state: fresh() }));
    assert.ok(left.confirmed, 'the citizen was asked');
    await stays(plan, left);
    await gone(plan, left);
  },

  async 'oidcc-rp-initiated-logout-no-params'(plan) {
    const left = await leave(plan, {});
    assert.ok(left.confirmed, 'the citizen was asked');
    await stays(plan, left);
    await gone(plan, left);
  },

  async 'oidcc-rp-initiated-logout-no-post-logout-redirect-uri'(plan) {
    const left = await leave(plan, (done) => ({ id_token_hint: done.tokens.id_token, state: fresh() }));
    await stays(plan, left);
    await gone(plan, left);
  },

  async 'oidcc-rp-initiated-logout-no-state'(plan) {
    const left = await leave(plan, (done, back) => ({ id_token_hint: done.tokens.id_token, post_logout_redirect_uri: back }));
    assert.ok(left.arrived?.href.startsWith(left.back));
    assert.ok(!left.arrived.searchParams.has('state'), 'no state came back');
    await gone(plan, left);
  },

  async 'oidcc-rp-initiated-logout-only-state'(plan) {
    const left = await leave(plan, { state: fresh() });
    await stays(plan, left);
    await gone(plan, left);
  },

  async 'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri'(plan) {
    await stays(plan, await leave(plan, (done, back) => ({ id_token_hint: done.tokens.id_token, post_logout_redirect_uri: `${back}?foo=bar`, state: fresh() })));
  },

  async 'oidcc-rp-initiated-logout-bad-id-token-hint'(plan) {
    await stays(plan, await leave(plan, (done, back) => ({ id_token_hint: 'not a token', post_logout_redirect_uri: back, state: fresh() })));
  },
};
