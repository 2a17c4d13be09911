// Attacks 41 and 49: pages in frames, forms of other sites, names that want to be markup.

import assert from 'node:assert/strict';
import { Citizen } from '../lib/citizen.js';
import { HOSTILE_NAME } from './parties.js';
import { ACME, PEOPLE, choose, pickProvider, signIn } from '../lib/journey.js';
import { chooser } from '../walk/selectors.js';

/** Nothing inline, no frame around it. */
function guarded(page) {
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /frame-ancestors 'none'/, page.url);
  assert.match(policy, /script-src 'self'/, page.url);
  assert.ok(!/unsafe-inline|unsafe-eval|\*/.test(policy), policy);
  assert.equal(page.headers.get('x-content-type-options'), 'nosniff', page.url);
  const inline = page.root.querySelectorAll('script').filter((script) => !script.getAttribute('src'));
  assert.deepEqual(inline.map((script) => script.text.trim()).filter(Boolean), [], 'no inline script');
  for (const element of page.root.querySelectorAll('*')) {
    const handlers = Object.keys(element.attributes).filter((name) => /^on/i.test(name) || name.toLowerCase() === 'style');
    assert.deepEqual(handlers, [], `${element.rawTagName} on ${page.url}`);
  }
}

export async function attackPages({ suite, plan, demo }) {
  await suite.check('attack 41: no page goes into a frame, none has script of its own', async () => {
    const citizen = plan.citizen();
    const acting = plan.party('acting');
    await citizen.open(acting.at(acting.request().parameters));
    guarded(citizen.page);
    await pickProvider(citizen, plan.identityProvider);
    await signIn(citizen, PEOPLE.mario);
    assert.ok(await citizen.count(chooser.option), 'the chooser');
    guarded(citizen.page);
    for (const path of ['/logout', '/account', '/authorize', '/nowhere', '/login/continue?login=x']) {
      await citizen.open(`${demo.issuer}${path}`);
      if (citizen.url().startsWith(demo.issuer)) guarded(citizen.page);
    }
  });

  await suite.check('attack 41: the form of another site chooses no organisation', async () => {
    const citizen = plan.citizen();
    const acting = plan.party('acting');
    await citizen.open(acting.at(acting.request().parameters));
    await pickProvider(citizen, plan.identityProvider);
    await signIn(citizen, PEOPLE.mario);
    const form = citizen.page.root.querySelector(chooser.submit).closest('form');
    await citizen.tick(chooser.label, ACME);
    const fields = citizen.fields(form);
    const action = new URL(form.getAttribute('action'), citizen.url()).href;
    const shown = citizen.page;
    await citizen.post(action, fields, 'http://evil.example');
    assert.ok(!acting.owns(citizen.url()), 'nobody was sent back with a code');
    // What came without our page's proof is not taken: the citizen is asked.
    const asked = () => assert.equal(new URL(citizen.url()).pathname, new URL(action).pathname, 'asked again');
    asked();
    // Nor from a page of another host of our site, which cookies follow, and which knows the login.
    const known = new URLSearchParams(fields);
    known.set('login', fields.get('login').split('.')[0]);
    await citizen.post(action, known);
    asked();
    // Nothing was burnt: the citizen's own form still does.
    citizen.page = shown;
    await choose(citizen, ACME);
    assert.ok(acting.owns(citizen.url()));
  });

  await suite.check('attack 49: a portal’s name, an error and an organisation are text and nothing else', async () => {
    const citizen = plan.citizen();
    const hostile = plan.party('hostile');
    await citizen.open(hostile.at(hostile.request().parameters));
    assert.ok(!citizen.html().includes('<script>alert(1)'), 'the name is encoded');
    assert.ok(!citizen.html().includes('<img src=x'), 'the name is encoded');
    assert.ok(citizen.html().includes('alert(1)'), `the name is shown: ${HOSTILE_NAME}`);
    guarded(citizen.page);
    for (const name of ['client_id', 'scope', 'state', 'nonce', 'login_hint', 'ui_locales', 'acr_values', 'response_type', 'response_mode', 'claims', 'prompt']) {
      const stranger = new Citizen();
      const url = new URL(hostile.at(hostile.request().parameters));
      url.searchParams.set(name, `"><script>alert('${name}')</script>`);
      await stranger.open(url.href);
      assert.ok(!stranger.html().includes(`<script>alert('`), name);
    }
  });
}
