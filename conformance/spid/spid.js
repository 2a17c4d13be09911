// spid: spid-sp-test looks at metadata, AuthnRequest and the answers to its Responses. A naive run of that tool passes
// without testing (a dead login address ends with status 0), so every section of its report must be there and full.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Demo } from '../lib/demo.js';
import { Suite } from '../lib/suite.js';
import { roles } from './roles.js';

const TOOL = path.join(process.env.CACHE, 'venv/spid/bin/spid_sp_test');
const QUIET = { ...process.env, PYTHONWARNINGS: 'ignore' };
/** The identity provider that the tool plays. */
const IDP = 'https://localhost:8443';
/** What each section must hold at least; the numbered Responses are 111. */
const SECTIONS = { metadata_extra: 100, authnrequest_extra: 44, response: 111 };
const run = promisify(execFile);
const suite = new Suite('spid');

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-spid-'));
  const metadata = path.join(folder, 'idp.xml');
  const { stdout } = await run(TOOL, ['--idp-metadata'], { env: QUIET });
  await writeFile(metadata, stdout);
  const demo = await Demo.start({ name: 'spid', report: suite.report, arguments: ['--spid-idp-metadata', metadata] });
  try {
    await profile(demo, 'spid-sp-public', SECTIONS);
  } finally {
    suite.facts.demo_ended = await demo.stop();
  }
  // The same by HTTP-POST, where the request is signed inside.
  const byPost = path.join(folder, 'post.toml');
  await writeFile(byPost, '[spid]\nbinding = "post"\n');
  const posting = { name: 'spid-post', report: suite.report, arguments: ['--spid-idp-metadata', metadata, '--config', byPost] };
  const second = await Demo.start(posting);
  try {
    await profile(second, 'spid-sp-public', { ...SECTIONS, authnrequest_extra: 51 }, 'by POST');
  } finally {
    await second.stop();
    await rm(folder, { recursive: true, force: true });
  }
  await roles(suite);
});

async function profile(demo, name, wanted, how = 'by Redirect') {
  const report = path.join(suite.report, `${name} ${how}.json`.replaceAll(' ', '-'));
  await rm(report, { force: true });
  const login = `${demo.issuer}/login/spid?${new URLSearchParams({ idp: IDP, level: '2' })}`;
  let sections = {};
  await suite.check(`${name} ${how}: the tool runs to its end`, async () => {
    const options = ['--metadata-url', `${demo.issuer}/saml/spid/metadata`, '--authn-url', login];
    // Its status is 0 or the number of failures; what counts is the report.
    await run(TOOL, [...options, '--profile', name, '--extra', '-tr', '-d', 'ERROR', '-rf', 'json', '-o', report], {
      env: QUIET,
      timeout: 240_000,
      maxBuffer: 64 << 20,
    }).catch((error) => assert.ok(!error.killed, 'it took more than four minutes'));
    sections = JSON.parse(await readFile(report, 'utf8')).test.sp;
  });
  for (const [section, least] of Object.entries(wanted)) {
    await suite.check(`${name} ${how}: ${section}: at least ${least} checks, none failed`, () => {
      const checks = Object.values(sections[section] ?? {}).flat();
      const failed = checks.filter((check) => check.result !== 'success').map((check) => `${check.test} ${check.value}`);
      assert.deepEqual(failed, []);
      assert.ok(checks.length >= least, `only ${checks.length}`);
      suite.facts[`${name} ${how} ${section}`] = checks.length;
    });
  }
}
