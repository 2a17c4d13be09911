// clients: relying parties that are not our code, against the running binary: openid-client, oidc-client-ts in Chromium,
// Authlib, Apache with mod_auth_openidc.

import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Demo } from '../lib/demo.js';
import { RelyingParty } from '../lib/relying-party.js';
import { Suite } from '../lib/suite.js';
import { checkApache, openApache } from './apache.js';
import { checkAuthlib, openAuthlib } from './authlib.js';
import { checkCodes } from './codes.js';
import { checkDocuments } from './documents.js';
import { checkFlows } from './flows.js';
import { checkOidcClientTs, openOidcClientTs } from './oidc-client-ts.js';
import { checkOpenidClient, openOpenidClient } from './openid-client.js';
import { checkRefusals } from './refusals.js';

const suite = new Suite('clients');

/** Libraries: how each is made ready before Varco knows it, and what it then does. */
const LIBRARIES = [
  [openOpenidClient, checkOpenidClient],
  [openOidcClientTs, checkOidcClientTs],
  [openAuthlib, checkAuthlib],
  [openApache, checkApache],
];

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-clients-'));
  const parties = {
    basic: await RelyingParty.open({ id: 'fatture', roles: ['invoice-submitter', 'invoice-viewer'] }),
    open: await RelyingParty.open({ id: 'edilizia', authentication: 'none', acting: 'organisation', roles: ['applicant', 'clerk'] }),
    post: await RelyingParty.open({ id: 'outsider', authentication: 'client_secret_post', acting: 'self', scope: 'openid profile fiscal_number' }),
  };
  const opened = await Promise.all(LIBRARIES.map(([open]) => open()));
  const [replaced, added] = ['replaced.toml', 'added.toml'].map((name) => path.join(folder, name));
  await writeFile(replaced, [parties.basic, parties.open].map((party) => party.toml()).join('\n'));
  await writeFile(added, [parties.post.toml(), ...opened.map(({ toml }) => toml)].join('\n'));
  const demo = await Demo.start({ name: 'clients', report: suite.report, arguments: ['--config', replaced, '--clients', added] });
  try {
    for (const party of Object.values(parties)) await party.discover(demo);
    const world = { suite, demo, parties };
    await checkFlows(world);
    await checkCodes(world);
    await checkRefusals(world);
    for (const [index, [, check]] of LIBRARIES.entries()) await check(world, opened[index]);
    await checkDocuments(world);
  } finally {
    suite.facts.demo_ended = await demo.stop();
    for (const party of [...Object.values(parties), ...opened.flatMap((library) => library.parties)]) party.close();
    await rm(folder, { recursive: true, force: true });
  }
});
