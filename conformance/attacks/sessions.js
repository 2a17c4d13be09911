// Attacks 40, 42 and 43: sessions that are somebody else's, logouts that nobody wanted, questions behind the citizen's back.

import assert from 'node:assert/strict';
import { Citizen } from '../lib/citizen.js';
import { PEOPLE, pickProvider, signIn } from '../lib/journey.js';
import { gone, leave } from '../oidc/plans/rp-initiated-logout.js';

export async function attackSessions({ suite, plan, demo }) {
  const party = plan.client;
  const host = new URL(plan.provider.issuer).hostname;
  const cookie = (name, value) => ({ name, value, host, path: '/', sameSite: 'lax', until: Infinity });
  const value = (citizen, name) => citizen.cookies.find((one) => one.name === name)?.value;

  await suite.check('attack 40: a session that was planted before the login is not the one after it', async () => {
    const citizen = plan.citizen();
    const planted = 'planted-by-somebody-who-waits-for-it';
    citizen.cookies.push(cookie('varco_session', planted), cookie('varco_browser', planted));
    await plan.succeed({}, { citizen });
    assert.ok(value(citizen, 'varco_session') && value(citizen, 'varco_session') !== planted);
    const attacker = plan.citizen();
    attacker.cookies.push(cookie('varco_session', planted), cookie('varco_browser', planted));
    await plan.refusal(await plan.authorise({ prompt: 'none' }, { citizen: attacker }), 'login_required');
  });

  await suite.check('attack 40: each login has a new session, and the old one is no key to it', async () => {
    const citizen = plan.citizen();
    await plan.succeed({}, { citizen });
    const before = value(citizen, 'varco_session');
    await plan.succeed({ prompt: 'login' }, { citizen });
    assert.notEqual(value(citizen, 'varco_session'), before);
  });

  await suite.check('attack 40: a login begun by an attacker is not finished in the browser of a victim', async () => {
    const attacker = plan.citizen();
    await attacker.open(party.at(party.request().parameters));
    attacker.holdBefore = (url) => url.includes('/login/continue');
    await pickProvider(attacker, plan.identityProvider);
    await signIn(attacker, PEOPLE.mario);
    assert.ok(attacker.held, 'the way back of the attacker’s own login');
    const victim = new Citizen();
    await victim.open(attacker.held);
    assert.ok([400, 403].includes(victim.status()), `refused, not ${victim.status()}`);
    await plan.refusal(await plan.authorise({ prompt: 'none' }, { citizen: victim }), 'login_required');
  });

  await suite.check('attack 42: a logout that does not prove who asks is asked about, and leads nowhere', async () => {
    const victim = await plan.succeed({});
    const stranger = await plan.succeed({}, { person: PEOPLE.mario });
    for (const asked of [
      { post_logout_redirect_uri: 'https://evil.example/' },
      { post_logout_redirect_uri: 'https://evil.example/', client_id: party.id },
      { post_logout_redirect_uri: plan.second.signedOutUri, client_id: party.id },
      { post_logout_redirect_uri: party.signedOutUri, id_token_hint: stranger.tokens.id_token },
      { post_logout_redirect_uri: 'https://evil.example/', id_token_hint: victim.tokens.id_token },
      { post_logout_redirect_uri: plan.second.signedOutUri, id_token_hint: victim.tokens.id_token },
      { post_logout_redirect_uri: party.signedOutUri, id_token_hint: victim.tokens.id_token, client_id: plan.second.id },
    ]) {
      const url = new URL(plan.provider.endpoint('end_session'));
      for (const [name, one] of Object.entries(asked)) url.searchParams.set(name, one);
      // As another site would: a link, and a form that the victim never saw.
      const before = victim.citizen.cookies.length;
      await victim.citizen.post(url.origin + url.pathname, url.searchParams, 'http://evil.example');
      assert.ok(victim.citizen.url().startsWith(demo.issuer), JSON.stringify(asked));
      assert.ok(!victim.citizen.html().includes('evil.example'), 'the page does not echo');
      if (before !== victim.citizen.cookies.length) return assert.fail(`nobody was signed out: ${JSON.stringify(asked)}`);
    }
    await plan.code(await plan.authorise({ prompt: 'none' }, { citizen: victim.citizen }));
  });

  await suite.check('attack 42: the page that asks takes no made-up yes', async () => {
    const { citizen } = await plan.succeed({});
    for (const request of ['', 'x', 'x.id_token_hint=y', '.']) {
      await citizen.post(`${demo.issuer}/logout/confirm`, { request, confirm: '1' }, 'http://evil.example');
      assert.ok(citizen.status() < 500);
    }
    await plan.code(await plan.authorise({ prompt: 'none' }, { citizen }));
  });

  await suite.check('attack 42: an expired or foreign hint identifies, and does no more', async () => {
    const left = await leave(plan, (done, back) => ({ id_token_hint: `${done.tokens.id_token}x`, post_logout_redirect_uri: back }));
    assert.equal(left.arrived, null);
  });

  await suite.check('attack 42: who really asks is signed out and comes back', async () => {
    const left = await leave(plan, (done, back) => ({ id_token_hint: done.tokens.id_token, post_logout_redirect_uri: back }));
    assert.ok(left.arrived);
    await gone(plan, left);
  });

  await suite.check('attack 43: prompt=none shows no page, signs nobody in, and tells nothing of accounts', async () => {
    const answers = [];
    for (const login_hint of [undefined, 'PRVMRA80A15H501A', 'nobody@posta.example', 'mario.provaldi@posta.example']) {
      const asked = await plan.authorise({ prompt: 'none', login_hint });
      assert.deepEqual(asked.shown, []);
      const { error, error_description } = await plan.refusal(asked, 'login_required');
      answers.push(JSON.stringify([error, error_description]));
      assert.ok(!value(asked.citizen, 'varco_session'), 'no session');
    }
    assert.equal(new Set(answers).size, 1, 'the same answer for everybody');
    await plan.refusal(await plan.authorise({ prompt: 'none login' }), 'invalid_request');
    await plan.refusal(await plan.authorise({ prompt: 'none', max_age: '0' }, { citizen: (await plan.succeed({})).citizen }), 'login_required');
  });

  await suite.check('attack 43: max_age=0 asks the identity provider again (ForceAuthn)', async () => {
    const { citizen } = await plan.succeed({});
    const asked = party.request({ max_age: '0' });
    await citizen.open(party.at(asked.parameters));
    citizen.holdBefore = (url) => url.startsWith(plan.identityProvider);
    await pickProvider(citizen, plan.identityProvider);
    const { inflateRawSync } = await import('node:zlib');
    const xml = inflateRawSync(Buffer.from(new URL(citizen.held).searchParams.get('SAMLRequest'), 'base64')).toString();
    assert.match(xml, /ForceAuthn="true"/);
  });
}
