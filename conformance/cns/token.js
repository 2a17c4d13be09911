// A card on a software token (SoftHSM): the key never leaves it, whoever signs in asks the token by PKCS#11, as with a
// card reader.

import assert from 'node:assert/strict';
import { access, appendFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { run } from './issuer.js';

const PIN = '12345';
const MODULES = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so', '/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so'];

/** A token with the key and certificate of `card`; answers the environment that finds it. */
async function token(folder, card) {
  const home = await mkdtemp(path.join(folder, 'token-'));
  await mkdir(path.join(home, 'tokens'));
  await writeFile(path.join(home, 'softhsm.conf'), `directories.tokendir = ${home}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n`);
  const environment = { SOFTHSM2_CONF: path.join(home, 'softhsm.conf') };
  const der = path.join(home, 'card.der');
  const pkcs8 = path.join(home, 'card.p8');
  await run('openssl', ['x509', '-in', path.join(folder, `${card}.pem`), '-outform', 'DER', '-out', der]);
  await run('openssl', ['pkcs8', '-topk8', '-nocrypt', '-in', path.join(folder, 'card.key'), '-out', pkcs8]);
  await run('softhsm2-util', ['--init-token', '--free', '--label', 'CNS', '--pin', PIN, '--so-pin', PIN], { environment });
  await run('softhsm2-util', ['--import', pkcs8, '--token', 'CNS', '--label', 'CNS0', '--id', '01', '--pin', PIN], { environment });
  const module = await library();
  await run('pkcs11-tool', ['--module', module, '--token-label', 'CNS', '--login', '--pin', PIN, '--write-object', der, '--type', 'cert', '--label', 'CNS0', '--id', '01'], { environment });
  // What is left on disk beside the token is no key.
  await rm(pkcs8);
  return { home, environment, module };
}

async function library() {
  for (const file of MODULES) if (await access(file).then(() => true, () => false)) return file;
  throw new Error('libsofthsm2.so was not found');
}

/** curl signs in with the key on the token. */
export async function withCurl({ demo, folder }) {
  const { home, environment, module } = await token(folder, 'card-ok');
  const jar = path.join(home, 'jar');
  const key = `pkcs11:token=CNS;object=CNS0;type=private;pin-value=${PIN}`;
  const { output } = await run(
    'curl',
    ['-sS', '-L', '--max-time', '30', '-c', jar, '-b', jar, '--cacert', path.join(folder, 'tls-ca.pem'), '--cert', path.join(folder, 'card-ok.pem'), '--engine', 'pkcs11', '--key-type', 'ENG', '--key', key, '-w', '\n%{http_code} %{url_effective}', `${demo.issuer}/login/cns/card`],
    { environment: { ...environment, PKCS11_MODULE_PATH: module } },
  );
  assert.match(output, /200 http:\/\/localhost:\d+\/account\s*$/);
  assert.match(output, /Mario Provaldi|MARIO PROVALDI/);
}

/**
 * Headless Chromium with the token as an NSS module. The policy that chooses a certificate without asking is read from a
 * folder of the system, so this needs root, and takes away again what it put there.
 */
export async function inChromium({ demo, folder, report }) {
  const log = path.join(report, 'chromium-token.log');
  const note = (text) => appendFile(log, `${text}\n`);
  if (process.getuid() !== 0) {
    await note('not root: /etc/chromium/policies/managed cannot be written');
    return { works: false, outcome: 'needs root' };
  }
  const { home, environment, module } = await token(folder, 'card-ok');
  const database = path.join(home, '.pki/nssdb');
  const policy = '/etc/chromium/policies/managed/varco-conformance-cns.json';
  const origin = `https://localhost:${demo.portBase + 4}`;
  const attempt = async () => {
    await mkdir(database, { recursive: true });
    await run('certutil', ['-N', '-d', `sql:${database}`, '--empty-password']);
    await run('certutil', ['-A', '-d', `sql:${database}`, '-n', 'Test TLS CA', '-t', 'C,,', '-i', path.join(folder, 'tls-ca.pem')]);
    await run('modutil', ['-force', '-dbdir', `sql:${database}`, '-add', 'CNS', '-libfile', module], { environment });
    await note((await run('modutil', ['-dbdir', `sql:${database}`, '-list'], { environment })).output);
    await mkdir(path.dirname(policy), { recursive: true });
    await writeFile(policy, JSON.stringify({ AutoSelectCertificateForUrls: [JSON.stringify({ pattern: origin, filter: {} })] }));
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--enable-logging=stderr', '--v=0'],
      env: { ...process.env, ...environment, HOME: home },
    });
    try {
      const page = await browser.newPage();
      await page.goto(`${demo.issuer}/login/cns`);
      await page.click('a[href^="/login/cns/card"]', { timeout: 20_000 });
      await page.waitForLoadState('load', { timeout: 20_000 });
      return { url: page.url(), heading: await page.textContent('h1').catch(() => '') };
    } finally {
      await browser.close();
    }
  };
  try {
    const reached = await attempt();
    await note(JSON.stringify(reached));
    const works = reached.url.endsWith('/account');
    return { works, outcome: works ? 'signed in' : `ended at ${new URL(reached.url).pathname}: ${reached.heading}`, check: () => assert.match(reached.url, /\/account$/) };
  } catch (error) {
    await note(String(error.stack ?? error));
    return { works: false, outcome: String(error.message).split('\n')[0] };
  } finally {
    await rm(policy, { force: true });
  }
}
