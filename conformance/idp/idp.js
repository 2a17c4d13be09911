// idp: an identity provider that is not our code (pysaml2, idp.py) signs citizens in at the running binary,
// and out of it: asked by us and by itself, by either binding.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Citizen } from '../lib/citizen.js';
import { Demo, freePortBase } from '../lib/demo.js';
import { ACME, PEOPLE, choose, claimsOf, expectNobody, expectOrganisation, expectPerson, expectPortal, knock, pickProvider, signIn } from '../lib/journey.js';
import { Suite } from '../lib/suite.js';
import { logout, provider } from '../walk/selectors.js';
import { Walker } from '../walk/walker.js';
import { openChromium } from '../walk/world.js';

const PYTHON = path.join(process.env.CACHE, 'venv/saml/bin/python');
const PROGRAM = path.join(import.meta.dirname, 'idp.py');
const suite = new Suite('idp');

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-idp-'));
  const [portBase, outsiderPort] = [await freePortBase(), await freePortBase()];
  // A site of its own, as identity providers are.
  const address = `http://127.0.0.3:${outsiderPort}`;
  await promisify(execFile)(PYTHON, ['-W', 'ignore', PROGRAM, 'prepare', folder, '--address', address]);
  const demo = await Demo.start({
    name: 'idp', report: suite.report, portBase, arguments: ['--spid-idp-metadata', path.join(folder, 'metadata.xml')],
  });
  const outsider = await startOutsider(folder, address, `${demo.issuer}/saml/spid/metadata`);
  try {
    await signInThroughIt(demo, address);
    await tamper(demo, address);
    await signOut(demo, address);
    await inChromium(demo, address);
  } finally {
    outsider.kill('SIGKILL');
    suite.facts.demo_ended = await demo.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

async function startOutsider(folder, address, metadata) {
  const log = createWriteStream(path.join(suite.report, 'idp-pysaml2.log'));
  const child = spawn(PYTHON, ['-W', 'ignore', PROGRAM, 'serve', folder, '--address', address, '--provider', metadata], { stdio: ['ignore', 'pipe', 'pipe'] });
  process.on('exit', () => child.kill('SIGKILL'));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (child.exitCode !== null) break;
    const answer = await fetch(`${address}/health`).catch(() => null);
    if (answer?.ok) return child;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill('SIGKILL');
  throw new Error(`the pysaml2 identity provider did not start; see ${log.path}`);
}

async function signInThroughIt(demo, address) {
  await suite.check('pysaml2 accepts our metadata (signature by xmlsec1) and our signed AuthnRequest', async () => {
    const citizen = new Citizen();
    await knock(citizen, demo, 'citizen');
    await pickProvider(citizen, address);
    assert.ok(citizen.url().startsWith(`${address}/sso`), 'the browser is at the identity provider');
    assert.equal(citizen.status(), 200, 'which accepts the request');
  });

  await suite.check('a citizen signs in through it, for an organisation, by HTTP', async () => {
    const citizen = new Citizen();
    await knock(citizen, demo, 'organisation');
    await pickProvider(citizen, address);
    await signIn(citizen, PEOPLE.mario);
    await choose(citizen, ACME);
    await expectPortal(citizen, demo, 'organisation');
    const claims = await claimsOf(citizen, demo, 'organisation');
    expectPerson(claims, PEOPLE.mario);
    expectOrganisation(claims, ACME);
  });

  await suite.check('the same person through either identity provider is the same sub', async () => {
    const subjects = [];
    for (const at of [address, demo.identityProvider]) {
      const citizen = new Citizen();
      await knock(citizen, demo, 'citizen');
      await pickProvider(citizen, at);
      await signIn(citizen, PEOPLE.giulia);
      subjects.push((await claimsOf(citizen, demo, 'citizen')).sub);
    }
    assert.equal(subjects[0], subjects[1]);
  });
}

async function tamper(demo, address) {
  await suite.check('pysaml2 refuses our AuthnRequest when it was changed on the way, or is not signed', async () => {
    const citizen = new Citizen();
    await knock(citizen, demo, 'citizen');
    await pickProvider(citizen, address);
    const sent = citizen.trail.findLast((step) => step.url.startsWith(`${address}/sso`)).url;
    const changes = {
      'another RelayState': (query) => query.set('RelayState', 'another'),
      'another request': (query) => query.set('SAMLRequest', flip(query.get('SAMLRequest'))),
      'another signature': (query) => query.set('Signature', flip(query.get('Signature'))),
      'no signature': (query) => {
        query.delete('Signature');
        query.delete('SigAlg');
      },
    };
    for (const [what, change] of Object.entries(changes)) {
      const changed = new URL(sent);
      change(changed.searchParams);
      const answer = await fetch(changed);
      assert.equal(answer.status, 403, what);
    }
    assert.equal((await fetch(sent)).status, 200, 'and still accepts the true one');
  });

  await suite.check('its Response changed on the way is refused, the true one still works, and works once', async () => {
    const citizen = new Citizen();
    await knock(citizen, demo, 'citizen');
    await pickProvider(citizen, address);
    await citizen.click(provider.person, PEOPLE.mario.name);
    const form = citizen.page.root.querySelector('form');
    const fields = Object.fromEntries(citizen.fields(form));
    const xml = Buffer.from(fields.SAMLResponse, 'base64').toString('utf8');
    const forged = { ...fields, SAMLResponse: Buffer.from(xml.replace('PRVMRA80A15H501A', 'FOXGUO55T01L219C')).toString('base64') };
    const acs = form.getAttribute('action');

    const stranger = new Citizen();
    for (const [what, answer] of Object.entries({ forged, unsigned: { ...fields, SAMLResponse: withoutSignatures(xml) } })) {
      const page = await stranger.post(acs, answer, address);
      assert.ok([400, 403].includes(page.status), `${what}: refused with 400 or 403, not ${page.status}`);
      assert.ok(!page.html.includes('FOXGUO55T01L219C'), 'the page does not say whose');
    }

    await citizen.submit(form);
    await citizen.settle();
    expectPerson(await claimsOf(citizen, demo, 'citizen'), PEOPLE.mario);
    const replay = await stranger.post(acs, fields, address);
    assert.ok([400, 403].includes(replay.status), `replayed: refused with 400 or 403, not ${replay.status}`);
    await expectNobody(stranger, demo, 'citizen');
  });
}

async function signOut(demo, address) {
  /** On the account page, signed in at level 1. */
  async function signedIn() {
    const citizen = new Citizen();
    await citizen.open(`${demo.issuer}/login/spid?idp=${encodeURIComponent(address)}&level=1`);
    await signIn(citizen, PEOPLE.mario, 1);
    assert.equal(new URL(citizen.url()).pathname, '/account');
    return citizen;
  }

  /** "Esci", yes, and at the identity provider as well. */
  async function leave(citizen) {
    await citizen.open(`${demo.issuer}/logout`);
    await citizen.click(logout.confirm);
    assert.equal(new URL(citizen.url()).pathname, '/logout/offer');
    await citizen.click(logout.upstream);
    assert.ok(citizen.url().startsWith(`${address}/slo`), 'the browser is at the identity provider');
    assert.equal(citizen.status(), 200, 'which accepts our LogoutRequest: signature, NameID, SessionIndex');
  }

  async function nobodyIsIn(citizen) {
    await citizen.open(`${demo.issuer}/account`);
    assert.equal(new URL(citizen.url()).pathname, '/login');
  }

  for (const [verdict, words] of [['complete', 'È terminato anche l’accesso presso'], ['partial', 'non ha potuto chiudere tutti gli accessi']]) {
    await suite.check(`our LogoutRequest is accepted by pysaml2, and its answer by us: ${verdict}`, async () => {
      const citizen = await signedIn();
      await leave(citizen);
      await citizen.click(provider.leave(verdict));
      await citizen.settle();
      assert.ok(citizen.url().startsWith(`${demo.issuer}/saml/spid/slo`));
      assert.ok((await citizen.text()).includes(words), await citizen.text());
      await nobodyIsIn(citizen);
    });
  }

  await suite.check('its LogoutResponse with another RelayState, or changed on the way, is refused: the way on stays', async () => {
    const citizen = await signedIn();
    await leave(citizen);
    citizen.holdBefore = (url) => url.startsWith(`${demo.issuer}/saml/spid/slo`);
    await citizen.click(provider.leave('complete'));
    const answer = citizen.held;
    citizen.holdBefore = null;
    for (const name of ['RelayState', 'SAMLResponse', 'Signature']) {
      const changed = new URL(answer);
      changed.searchParams.set(name, name === 'RelayState' ? 'https://evil.example/' : flip(changed.searchParams.get(name)));
      const stranger = await fetch(changed, { redirect: 'manual' });
      assert.ok([400, 403].includes(stranger.status), `${name}: ${stranger.status}`);
      assert.ok(!(await stranger.text()).includes('evil.example'));
    }
    const good = await fetch(answer, { redirect: 'manual' });
    assert.equal(good.status, 200);
  });

  for (const binding of ['Redirect', 'POST']) {
    await suite.check(`a LogoutRequest of pysaml2 by ${binding}, in a browser without our cookies, ends the session and is answered`, async () => {
      const citizen = await signedIn();
      const elsewhere = new Citizen();
      await elsewhere.open(`${address}/slo/begin?person=mario${binding === 'POST' ? '&by_post=true' : ''}`);
      if (binding === 'POST') {
        await elsewhere.submit(elsewhere.page.root.querySelector('form'));
        await elsewhere.settle();
      }
      assert.ok(elsewhere.url().startsWith(`${address}/slo`), `back at the identity provider: ${elsewhere.url()}`);
      assert.equal(elsewhere.status(), 200, 'which accepts our LogoutResponse');
      assert.ok((await elsewhere.text()).includes('urn:oasis:names:tc:SAML:2.0:status:Success'));
      await nobodyIsIn(citizen);
      const sent = elsewhere.trail.find((step) => step.url.startsWith(`${demo.issuer}/saml/spid/slo`)).url;
      if (binding === 'Redirect') assert.equal((await fetch(sent, { redirect: 'manual' })).status, 403, 'and works once');
    });
  }
}

async function inChromium(demo, address) {
  await suite.check('a citizen signs in through it in Chromium', async () => {
    const chromium = await openChromium();
    try {
      const citizen = await Walker.arrive(await chromium.newContext({ locale: 'it-IT' }));
      await knock(citizen, demo, 'citizen');
      await pickProvider(citizen, address);
      await signIn(citizen, PEOPLE.mario);
      await expectPortal(citizen, demo, 'citizen');
      expectPerson(await claimsOf(citizen, demo, 'citizen'), PEOPLE.mario);
    } finally {
      await chromium.close();
    }
  });
}

/** Another character in the middle of a base64 text. */
function flip(text) {
  const at = Math.floor(text.length / 2);
  return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
}

function withoutSignatures(xml) {
  const bare = xml.replace(/<(\w+:)?Signature [\s\S]*?<\/\1Signature>/g, '');
  assert.notEqual(bare, xml, 'there were signatures to remove');
  return Buffer.from(bare).toString('base64');
}
