// What AgID's tools say about the metadata of every role and about the certificates that `varco keys spid` makes. The
// tool looks at one schema too few (its profiles pass with the public bodies'), so each role is held against its own.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Demo, freePortBase } from '../lib/demo.js';

const VENV = path.join(process.env.CACHE, 'venv/spid/bin');
const QUIET = { ...process.env, PYTHONWARNINGS: 'ignore' };
const HERE = import.meta.dirname;
const run = promisify(execFile);

const ALONE = 'saml-schema-metadata-sp-spid-av29.xsd';
const AGGREGATED = 'saml-schema-metadata-aggregated-spid.xsd';
/** Role, profile of spid-sp-test (none works for light operators), how many checks it must run, schema. */
const ROLES = [
  ['private', 'spid-sp-private', 116, ALONE],
  ['public-aggregator-full', 'spid-sp-ag-public-full', 169, AGGREGATED],
  ['public-aggregator-light', 'spid-sp-ag-public-lite', 129, AGGREGATED],
  ['private-aggregator-full', 'spid-sp-ag-private-full', 183, AGGREGATED],
  ['private-aggregator-light', 'spid-sp-ag-private-lite', 146, AGGREGATED],
  ['public-operator-full', 'spid-sp-op-public-full', 115, ALONE],
  ['public-operator-light', null, 0, AGGREGATED],
];

/** Every role, then the certificates. */
export async function roles(suite) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-roles-'));
  try {
    const validation = path.join(folder, 'validation.crt');
    await makeCertificates(suite, folder, validation);
    for (const role of ROLES) await oneRole(suite, folder, validation, role);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function oneRole(suite, folder, validation, [role, profile, least, schema]) {
  const portBase = await freePortBase();
  const template = await readFile(path.join(HERE, 'roles', `${role}.toml`), 'utf8');
  const configuration = path.join(folder, `${role}.toml`);
  const written = template.replaceAll('ENTITY', `http://localhost:${portBase}`).replaceAll('VALIDATION', validation);
  await writeFile(configuration, written);
  // One data folder for all: the keys are made once.
  const options = { name: `role-${role}`, report: suite.report, portBase, data: path.join(folder, 'data') };
  const demo = await Demo.start({ ...options, arguments: ['--config', configuration] });
  const metadata = path.join(suite.report, `${role}.xml`);
  try {
    await writeFile(metadata, await (await fetch(`${demo.issuer}/saml/spid/metadata`)).text());
  } finally {
    await demo.stop();
  }
  await suite.check(`${role}: xmlsec1 verifies the metadata, and they are valid after ${schema}`, async () => {
    const id = 'urn:oasis:names:tc:SAML:2.0:metadata:EntityDescriptor';
    await run('xmlsec1', ['--verify', '--insecure', '--id-attr:ID', id, metadata]);
    const { stdout } = await run(path.join(VENV, 'python'), [path.join(HERE, 'schema.py'), schema, metadata], { env: QUIET });
    assert.equal(stdout.trim(), 'valid');
  });
  if (!profile) return;
  await suite.check(`${role}: ${profile} has at least ${least} checks, none failed`, async () => {
    const report = path.join(suite.report, `${role}.json`);
    await rm(report, { force: true });
    const asked = ['--metadata-url', `file://${metadata}`, '--profile', profile, '--extra', '-d', 'ERROR'];
    // Its status is the number of failures; what counts is the report.
    await run(path.join(VENV, 'spid_sp_test'), [...asked, '-rf', 'json', '-o', report], { env: QUIET }).catch(() => {});
    const { sp } = JSON.parse(await readFile(report, 'utf8')).test;
    const checks = Object.values(sp.metadata_extra ?? {}).flat();
    const failed = checks.filter((check) => check.result !== 'success').map((check) => `${check.test} ${check.value}`);
    assert.deepEqual(failed, []);
    assert.ok(checks.length >= least, `only ${checks.length}`);
    suite.facts[`${role} metadata_extra`] = checks.length;
  });
}

async function makeCertificates(suite, folder, validation) {
  const common = ['--entity-id', 'https://login.ente.example.it', '--organisation', 'Ente di Prova', '--display-name', 'Ente'];
  for (const [sector, body] of [
    ['public', ['--ipa-code', 'c_a123']],
    ['private', ['--vat-number', 'IT01234560587']],
  ]) {
    const certificate = sector === 'public' ? validation : path.join(folder, `${sector}.crt`);
    await suite.check(`the ${sector} certificate of \`varco keys spid\` passes 37 of 37 checks`, async () => {
      const files = ['--key', path.join(folder, `${sector}.pem`), '--certificate', certificate];
      await run(process.env.VARCO_BINARY, ['keys', 'spid', ...files, ...common, ...body, '--locality', 'Roma']);
      const checker = [path.join(HERE, 'certificate.py'), certificate, sector];
      const { stdout } = await run(path.join(VENV, 'python'), checker, { env: QUIET });
      const checks = JSON.parse(stdout);
      assert.deepEqual(checks.filter((check) => check.result !== 'success'), []);
      assert.equal(checks.length, 37);
    });
  }
}
