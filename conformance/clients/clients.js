// clients: openid-client, a relying party that is not our code, against the running binary.

import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Demo } from '../lib/demo.js';
import { RelyingParty } from '../lib/relying-party.js';
import { Suite } from '../lib/suite.js';
import { checkCodes } from './codes.js';
import { checkFlows } from './flows.js';
import { checkRefusals } from './refusals.js';

const suite = new Suite('clients');

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-clients-'));
  const parties = {
    basic: await RelyingParty.open({ id: 'fatture', roles: ['invoice-submitter', 'invoice-viewer'] }),
    open: await RelyingParty.open({ id: 'edilizia', authentication: 'none', acting: 'organisation', roles: ['applicant', 'clerk'] }),
    post: await RelyingParty.open({ id: 'outsider', authentication: 'client_secret_post', acting: 'self', scope: 'openid profile fiscal_number' }),
  };
  const [replaced, added] = ['replaced.toml', 'added.toml'].map((name) => path.join(folder, name));
  await writeFile(replaced, [parties.basic, parties.open].map((party) => party.toml()).join('\n'));
  await writeFile(added, parties.post.toml());
  const demo = await Demo.start({ name: 'clients', report: suite.report, arguments: ['--config', replaced, '--clients', added] });
  try {
    for (const party of Object.values(parties)) await party.discover(demo);
    const world = { suite, demo, parties };
    await checkFlows(world);
    await checkCodes(world);
    await checkRefusals(world);
  } finally {
    suite.facts.demo_ended = await demo.stop();
    Object.values(parties).forEach((party) => party.close());
    await rm(folder, { recursive: true, force: true });
  }
});
