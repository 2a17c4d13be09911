// faults: kill -9 at the worst moments of a login, start again over the same data, and the login goes on.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Citizen } from '../lib/citizen.js';
import { Demo } from '../lib/demo.js';
import { ACME, PEOPLE, choose, expectChooser, expectPerson, expectOrganisation, pickProvider, signIn } from '../lib/journey.js';
import { RelyingParty } from '../lib/relying-party.js';
import { Suite } from '../lib/suite.js';
import { provider } from '../walk/selectors.js';

const ROUNDS_AT_RANDOM = 6;
const suite = new Suite('faults');

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-faults-'));
  const party = await RelyingParty.open({ id: 'fatture', acting: 'organisation', roles: ['invoice-submitter', 'invoice-viewer'] });
  const clients = path.join(folder, 'clients.toml');
  await writeFile(clients, party.toml());
  const demo = await Demo.start({ name: 'faults', report: suite.report, data: path.join(folder, 'data'), arguments: ['--config', clients] });
  try {
    await party.discover(demo);
    await duringALogin(demo, party);
    await aroundTheCode(demo, party);
    await atRandom(demo, party);
  } finally {
    suite.facts.starts = demo.starts;
    suite.facts.demo_ended = await demo.stop();
    party.close();
    await rm(folder, { recursive: true, force: true });
  }
});

async function powerCut(demo) {
  await demo.kill();
  await demo.run();
}

async function arrive(demo, party, citizen) {
  const { url, checks } = await party.begin();
  await citizen.open(url);
  await citizen.settle();
  return checks;
}

async function finish(party, citizen, checks) {
  await choose(citizen, ACME);
  const tokens = await party.redeem(party.lastArrival(), checks);
  const userinfo = await party.userinfo(tokens);
  expectPerson({ acr: tokens.claims().acr, ...userinfo }, PEOPLE.mario);
  expectOrganisation({ ...tokens.claims(), ...userinfo }, ACME);
  return tokens;
}

async function duringALogin(demo, party) {
  await suite.check('killed at the login page: the login goes on', async () => {
    const citizen = new Citizen();
    const checks = await arrive(demo, party, citizen);
    await powerCut(demo);
    await pickProvider(citizen, demo.identityProvider);
    await signIn(citizen, PEOPLE.mario);
    await finish(party, citizen, checks);
  });

  await suite.check('killed after the AuthnRequest was sent: the Response is accepted, the login goes on', async () => {
    const citizen = new Citizen();
    const checks = await arrive(demo, party, citizen);
    await pickProvider(citizen, demo.identityProvider);
    await powerCut(demo);
    await signIn(citizen, PEOPLE.mario);
    await finish(party, citizen, checks);
  });

  await suite.check('killed after the Response was consumed: the login goes on, the Response is not good twice', async () => {
    const citizen = new Citizen();
    const checks = await arrive(demo, party, citizen);
    await pickProvider(citizen, demo.identityProvider);
    await citizen.click(provider.person, PEOPLE.mario.name);
    const form = citizen.page.root.querySelector(provider.answer) ?? citizen.page.root.querySelector('form');
    const [action, fields] = [form.getAttribute('action'), citizen.fields(form)];
    citizen.holdBefore = (url) => new URL(url).pathname === '/login/continue';
    await citizen.submit(form);
    assert.ok(citizen.held, 'the ACS sends the browser back to its login');
    await powerCut(demo);

    const replay = await new Citizen().post(action, fields, demo.identityProvider);
    assert.ok([400, 403].includes(replay.status), `replayed: refused with 400 or 403, not ${replay.status}`);

    const address = citizen.held;
    Object.assign(citizen, { holdBefore: null, held: null });
    await citizen.open(address);
    await citizen.settle();
    await finish(party, citizen, checks);
  });

  await suite.check('killed at the chooser: the choice is accepted', async () => {
    const citizen = new Citizen();
    const checks = await arrive(demo, party, citizen);
    await pickProvider(citizen, demo.identityProvider);
    await signIn(citizen, PEOPLE.mario);
    await expectChooser(citizen);
    await powerCut(demo);
    await finish(party, citizen, checks);
  });
}

async function aroundTheCode(demo, party) {
  const comeBack = async () => {
    const citizen = new Citizen();
    const checks = await arrive(demo, party, citizen);
    await pickProvider(citizen, demo.identityProvider);
    await signIn(citizen, PEOPLE.mario);
    await choose(citizen, ACME);
    return { citizen, checks, arrival: party.lastArrival() };
  };
  const usedUp = (refusal) => (refusal.error ?? refusal.cause?.error) === 'invalid_grant';

  await suite.check('killed after the code was issued: the code is good, once', async () => {
    const { checks, arrival } = await comeBack();
    await powerCut(demo);
    await party.redeem(arrival, checks);
    await assert.rejects(party.redeem(arrival, checks), usedUp);
  });

  await suite.check('killed after the code was used: it stays used', async () => {
    const { checks, arrival } = await comeBack();
    await party.redeem(arrival, checks);
    await powerCut(demo);
    await assert.rejects(party.redeem(arrival, checks), usedUp);
  });

  await suite.check('killed with tokens out and a session open: the token is good, the session too', async () => {
    const { citizen, checks, arrival } = await comeBack();
    const tokens = await party.redeem(arrival, checks);
    await powerCut(demo);
    expectOrganisation({ ...tokens.claims(), ...(await party.userinfo(tokens)) }, ACME);
    const again = await party.begin();
    await citizen.open(again.url);
    await citizen.settle();
    await expectChooser(citizen);
  });
}

/** Kills whenever chance says; whoever was in the middle reloads, or starts again. What was used stays used. */
async function atRandom(demo, party) {
  const used = [];
  for (let round = 1; round <= ROUNDS_AT_RANDOM; round += 1) {
    const after = Math.floor(Math.random() * 300);
    await suite.check(`killed at random, round ${round} (${after} ms into a login): citizens sign in afterwards, used codes stay used`, async () => {
      const victim = oneLogin(demo, party).catch(() => null);
      await new Promise((resolve) => setTimeout(resolve, after));
      await demo.kill();
      const survived = await victim;
      if (survived) used.push(survived);
      await demo.run();
      used.push(await oneLogin(demo, party));
      for (const { arrival, checks } of used) {
        await assert.rejects(party.redeem(arrival, checks), (refusal) => (refusal.error ?? refusal.cause?.error) === 'invalid_grant');
      }
    });
  }
}

async function oneLogin(demo, party) {
  const citizen = new Citizen();
  const checks = await arrive(demo, party, citizen);
  await pickProvider(citizen, demo.identityProvider);
  await signIn(citizen, PEOPLE.mario);
  await choose(citizen, ACME);
  const arrival = party.lastArrival();
  await party.redeem(arrival, checks);
  return { arrival, checks };
}
