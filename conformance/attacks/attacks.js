// attacks: what somebody does who means no good, against the running binary. Numbers are those of the list of attacks.

import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Demo } from '../lib/demo.js';
import { freePort } from '../lib/ports.js';
import { Suite } from '../lib/suite.js';
import { Lodge } from '../oidc/lodge.js';
import { Plan } from '../oidc/plan.js';
import { Provider } from '../oidc/provider.js';
import { attackAddresses } from './addresses.js';
import { attackClients } from './clients.js';
import { attackCodes } from './codes.js';
import { attackEndings } from './endings.js';
import { attackInput } from './input.js';
import { attackOrganisations } from './organisations.js';
import { manifest, preparePublic } from './parties.js';
import { attackPages } from './pages.js';
import { attackRegistration } from './registration.js';
import { attackRequests } from './requests.js';
import { attackSessions } from './sessions.js';
import { attackTokens } from './tokens.js';

const suite = new Suite('attacks');

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-attacks-'));
  const lodge = await Lodge.open({ port: await freePort() });
  const { parties, clients, config } = await preparePublic(lodge.address);
  const files = Object.fromEntries(['clients', 'config', 'manifest'].map((name) => [name, path.join(folder, `${name}.toml`)]));
  await writeFile(files.clients, Object.values(clients).join('\n'));
  await writeFile(files.config, config);
  await writeFile(files.manifest, manifest('approved'));
  const registrationToken = randomBytes(32).toString('base64url');
  const demo = await Demo.start({
    name: 'attacks',
    environment: { VARCO_INITIAL_ACCESS_TOKEN: registrationToken },
    report: suite.report,
    arguments: ['--clients', files.clients, '--config', files.config, '--manifest', files.manifest],
  });
  try {
    const provider = await Provider.discover(demo.issuer);
    const world = { provider, lodge, identityProvider: demo.identityProvider, parties };
    const plan = new Plan(world, ['portal', 'other', 'careful']);
    const scene = { suite, demo, plan, lodge, files, clients, registrationToken };
    await attackAddresses(scene);
    await attackCodes(scene);
    await attackClients(scene);
    await attackRequests(scene);
    await attackTokens(scene);
    await attackSessions(scene);
    await attackPages(scene);
    await attackRegistration(scene);
    await attackOrganisations(scene);
    await attackInput(scene);
    // They start the demo again, with less in it.
    await attackEndings(scene);
  } finally {
    suite.facts.demo_ended = await demo.stop();
    lodge.close();
    await rm(folder, { recursive: true, force: true });
  }
});
