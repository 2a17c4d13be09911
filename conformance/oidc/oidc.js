// oidc: the modules of the OpenID Foundation's suite, as we read them, against the running binary over TLS.
//
// Two processes: node takes the authorities that it trusts when it starts, and the demo makes its own.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Demo } from '../lib/demo.js';
import { Lodge } from './lodge.js';
import { prepareParties } from './parties.js';

const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-oidc-'));
let status = 1;
try {
  const lodge = await Lodge.open();
  const world = await prepareParties(lodge.address);
  lodge.close();
  const clients = path.join(folder, 'clients.toml');
  // Those of the Foundation's configurations are there as well.
  await writeFile(clients, [world.clients, await readFile(new URL('./clients.toml', import.meta.url), 'utf8')].join('\n'));
  const demo = await Demo.start({ name: 'oidc', report: process.env.VARCO_REPORT, tls: true, arguments: ['--clients', clients] });
  try {
    status = await runTrusting(demo.authority, {
      issuer: demo.issuer,
      identityProvider: demo.identityProvider,
      lodge: lodge.address,
      parties: world.parties,
    });
  } finally {
    await demo.stop();
  }
} catch (error) {
  console.error(error);
  console.log('oidc: 0 passed, 1 failed');
} finally {
  await rm(folder, { recursive: true, force: true });
}
process.exit(status);

/** The suite, in a process that trusts the demo's authority. */
async function runTrusting(authority, world) {
  const script = fileURLToPath(new URL('./suite.js', import.meta.url));
  const child = spawn(process.execPath, [script, ...process.argv.slice(2)], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: authority },
  });
  child.stdin.end(JSON.stringify(world));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
