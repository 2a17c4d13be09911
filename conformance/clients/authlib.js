// Authlib (Python) as docs/RELYING_PARTIES.md shows it.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { Citizen } from '../lib/citizen.js';
import { enterAt, leaveAt } from '../lib/door.js';
import { ACME, NO_ROLES, PEOPLE, expectOrganisation, expectPerson } from '../lib/journey.js';
import { RelyingParty } from '../lib/relying-party.js';
import { freePort } from '../lib/ports.js';

const PYTHON = path.join(process.env.CACHE, 'venv/authlib/bin/python');
const PROGRAM = path.join(import.meta.dirname, 'authlib_party.py');

export async function openAuthlib() {
  const party = await RelyingParty.at(`http://127.0.0.1:${await freePort()}`, { id: 'portale-python', refreshes: true });
  return { parties: [], party, toml: party.toml() };
}

export async function checkAuthlib({ suite, demo }, { party }) {
  await suite.check('Authlib, as the documents show it: code, refresh, logout', async () => {
    const stop = await start(party, demo);
    try {
      const citizen = new Citizen();
      await enterAt(citizen, demo, `${party.address}/login`, PEOPLE.mario, ACME);
      const told = read(citizen);
      expectPerson({ acr: told.id_token.acr, ...told.userinfo }, PEOPLE.mario);
      expectOrganisation({ ...told.id_token, ...told.userinfo }, ACME, NO_ROLES);
      await citizen.open(`${party.address}/refresh`);
      const again = read(citizen);
      assert.ok(again.another, 'another access token');
      expectOrganisation({ ...told.id_token, ...again.userinfo }, ACME, NO_ROLES);
      await leaveAt(citizen, `${party.address}/logout`);
      assert.ok(read(citizen).signed_out, 'back at the portal');
      await citizen.open(`${party.address}/refresh`);
      assert.match(citizen.html(), /invalid_grant/, 'who signed out is not refreshed');
    } finally {
      stop();
    }
  });
}

function read(citizen) {
  const told = JSON.parse(citizen.html());
  assert.ok(!told.error, told.error);
  return told;
}

async function start(party, demo) {
  const child = spawn(PYTHON, ['-W', 'ignore', PROGRAM], {
    stdio: ['pipe', 'pipe', 'inherit'],
    // The demo speaks http to this machine alone.
    env: { ...process.env, AUTHLIB_INSECURE_TRANSPORT: '1' },
  });
  const stop = () => child.kill('SIGKILL');
  process.on('exit', stop);
  child.stdin.end(JSON.stringify({ issuer: demo.issuer, address: party.address, client_id: party.id, client_secret: party.secret }));
  await new Promise((resolve, reject) => {
    child.stdout.once('data', resolve);
    child.once('exit', (code) => reject(new Error(`Authlib's portal ended with ${code}`)));
  });
  return stop;
}
