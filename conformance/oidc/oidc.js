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
import { toml } from '../lib/toml.js';
import { certificate, prepareParties } from './parties.js';

const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-oidc-'));
let status = 1;
try {
  const own = await certificate('lodge', 'localhost');
  const lodge = await Lodge.open({ certificate: own });
  const world = await prepareParties(lodge.address);
  lodge.close();
  // Those of the Foundation's configurations are there as well.
  const clients = await file('clients.toml', [world.clients, await readFile(new URL('./clients.toml', import.meta.url), 'utf8')].join('\n'));
  // Whoever registers, registers by the token of the Foundation's configurations.
  const registrationToken = (await readFile(new URL('./initial-access-token', import.meta.url), 'utf8')).trim();
  await file('initial-access-token', registrationToken);
  // What the relying parties publish over TLS can be fetched.
  const config = await file('outbound.toml', `[outbound]\nroot_certificates = ${toml(await file('lodge.pem', own.cert))}\n`);
  const demo = await Demo.start({ name: 'oidc', report: process.env.VARCO_REPORT, tls: true, arguments: ['--clients', clients, '--config', config] });
  try {
    status = await runTrusting([await readFile(demo.authority, 'utf8'), own.cert], {
      issuer: demo.issuer,
      identityProvider: demo.identityProvider,
      lodge: { address: lodge.address, secure: lodge.secure, certificate: { cert: own.cert, key: own.key } },
      registrationToken,
      configuration: path.join(demo.data, 'varco.toml'),
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

/** A file of the demo's configuration. */
async function file(name, text) {
  const made = path.join(folder, name);
  await writeFile(made, text);
  return made;
}

/** The suite, in a process that trusts these authorities. */
async function runTrusting(authorities, world) {
  const trusted = await file('authorities.pem', authorities.join('\n'));
  const script = fileURLToPath(new URL('./suite.js', import.meta.url));
  const child = spawn(process.execPath, [script, ...process.argv.slice(2)], {
    stdio: ['pipe', 'inherit', 'inherit'],
    env: { ...process.env, NODE_EXTRA_CA_CERTS: trusted },
  });
  child.stdin.end(JSON.stringify(world));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}
