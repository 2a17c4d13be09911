// spid: spid-sp-test looks at metadata, AuthnRequest and the answers to its Responses, for SPID, CIE and the eIDAS node. A
// naive run of that tool passes without testing (a dead login address ends with status 0), so every section of its report
// must be there and full.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Demo, freePortBase } from '../lib/demo.js';
import { Suite } from '../lib/suite.js';
import { certificates } from './certificates.js';
import { RUNS } from './profiles.js';

const VENV = path.join(process.env.CACHE, 'venv/spid/bin');
const TOOL = path.join(VENV, 'spid_sp_test');
const QUIET = { ...process.env, PYTHONWARNINGS: 'ignore' };
/** The identity provider that the tool plays, to SPID, to CIE and as the eIDAS node. */
const IDP = 'https://localhost:8443';
/** The machine that `make test` must fit has two cores. */
const AT_ONCE = 2;
const run = promisify(execFile);
const suite = new Suite('spid');

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-spid-'));
  try {
    const files = { metadata: path.join(folder, 'idp.xml'), validation: await certificates(suite, folder) };
    const { stdout } = await run(TOOL, ['--idp-metadata'], { env: QUIET });
    await writeFile(files.metadata, stdout);
    const waiting = RUNS.filter((each) => !suite.only || nameOf(each).includes(suite.only));
    await Promise.all(Array.from({ length: AT_ONCE }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await oneRun(folder, files, next);
    }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

function nameOf({ profile, configuration, binding }) {
  return `${profile ?? configuration} by ${binding}`;
}

/** A demo of its own, and the tool against it. */
async function oneRun(folder, files, wanted) {
  const name = nameOf(wanted);
  const file = name.replaceAll(' ', '-');
  const portBase = await freePortBase();
  const configuration = path.join(folder, `${file}.toml`);
  await writeFile(configuration, await written(wanted, files, portBase));
  let sections = {};
  await suite.check(`${name}: the demo serves it, and the tool runs to its end`, async () => {
    const demo = await Demo.start({
      name: file,
      report: suite.report,
      portBase,
      arguments: ['--spid-idp-metadata', files.metadata, '--cie-idp-metadata', files.metadata, '--config', configuration],
    });
    try {
      const metadata = await fetch(`${demo.issuer}/saml/${wanted.record}/metadata`);
      assert.equal(metadata.status, 200);
      await writeFile(path.join(suite.report, `${file}.xml`), await metadata.text());
      if (wanted.profile) sections = await ask(demo, wanted, path.join(suite.report, `${file}.json`));
    } finally {
      await demo.stop();
    }
  });
  await suite.check(`${name}: xmlsec1 verifies the metadata${wanted.schema ? `, and they are valid after ${wanted.schema}` : ''}`, async () => {
    const metadata = path.join(suite.report, `${file}.xml`);
    await run('xmlsec1', ['--verify', '--insecure', '--id-attr:ID', 'urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor', metadata]);
    if (!wanted.schema) return;
    const validator = [path.join(import.meta.dirname, 'schema.py'), wanted.schema, metadata];
    const { stdout } = await run(path.join(VENV, 'python'), validator, { env: QUIET });
    assert.equal(stdout.trim(), 'valid');
  });
  for (const [section, least] of Object.entries(wanted.least)) {
    await suite.check(`${name}: ${section}: at least ${least} checks, none failed`, () => {
      const checks = Object.values(sections[section] ?? {}).flat();
      const skipped = (check) => section === 'response' && (wanted.skipped ?? []).some((number) => check.test.includes(`[${number}]`));
      const failed = checks.filter((check) => check.result !== 'success' && !skipped(check));
      assert.deepEqual(failed.map((check) => `${check.test} ${check.value}`), []);
      assert.ok(checks.length >= least, `only ${checks.length}`);
      suite.facts[`${name} ${section}`] = checks.length;
    });
  }
}

async function ask(demo, { profile, way, record }, report) {
  await rm(report, { force: true });
  const login = `${demo.issuer}/login/${way}?${new URLSearchParams({ idp: IDP, level: '2' })}`;
  const options = ['--metadata-url', `${demo.issuer}/saml/${record}/metadata`, '--authn-url', login];
  // Its status is 0 or the number of failures; what counts is the report.
  await run(TOOL, [...options, '--profile', profile, '--extra', '-tr', '-d', 'ERROR', '-rf', 'json', '-o', report], {
    env: QUIET,
    timeout: 600_000,
    maxBuffer: 64 << 20,
  }).catch((error) => assert.ok(!error.killed, 'it took more than ten minutes'));
  return JSON.parse(await readFile(report, 'utf8')).test.sp;
}

/** What is merged over the demo's configuration. A file of roles/ has the sections in the order of its own. */
async function written({ way, record, binding, configuration }, { metadata, validation }, portBase) {
  const template = configuration ? await readFile(path.join(import.meta.dirname, 'roles', `${configuration}.toml`), 'utf8') : '';
  const role = template.replaceAll('ENTITY', `http://localhost:${portBase}`).replaceAll('VALIDATION', validation);
  const setting = `binding = "${binding}"\n`;
  const section = `[${record}]\n`;
  const whole = role.includes(section) ? role.replace(section, section + setting) : `${section}${setting}${role}`;
  return way === 'eidas' ? `${whole}\n[eidas]\nidp_metadata = "${metadata}"\n` : whole;
}
