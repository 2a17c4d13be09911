// cns: the invented PKI made afresh, each card against the running binary over real TLS. Every card is held against the page
// that a citizen sees and the reason in the log. Certificates, lists and answers are openssl's and xmlsec1's, the clients curl,
// openssl, Chromium; nginx and Apache are Debian's.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Demo } from '../lib/demo.js';
import { Suite } from '../lib/suite.js';
import { Card } from './card.js';
import { Issuer, run } from './issuer.js';
import { apache, nginx, passThrough } from './proxies.js';
import { inChromium, withCurl } from './token.js';

const here = path.dirname(new URL(import.meta.url).pathname);
const suite = new Suite('cns');
const only = (name) => !suite.only || suite.only === name;
const SECRET = '0123456789abcdef0123456789abcdef';

/** Card → what its citizen reads, and the word in the log. The 17 of the samples, a CIE, and what attackers make. */
const REFUSED = {
  'card-expired': ['La tua carta è scaduta', 'certificate_expired'],
  'card-future': ['La tua carta non è ancora valida', 'certificate_not_yet_valid'],
  'card-revoked': ['La tua carta è stata revocata', 'certificate_revoked'],
  'card-wrongca': ['Non riconosciamo chi ha rilasciato la carta', 'issuer_unknown'],
  'card-wrongeku': ['Questo certificato non è di una CNS', 'extended_key_usage'],
  'card-nopolicy': ['Questo certificato non è di una CNS', 'certificate_policy'],
  'card-signcert': ['Questo certificato non è di una CNS', 'key_usage'],
  'card-badcf': ['Questo certificato non è di una CNS', 'fiscal_number'],
  'card-nocf': ['Questo certificato non è di una CNS', 'common_name'],
  'card-twocn': ['Questo certificato non è di una CNS', 'common_names'],
  'card-sha1': ['La tua carta usa una firma troppo vecchia', 'signature_weak'],
};
const ATTACKS = {
  'attack 30: self-signed with the right name': ['card-selfsigned', 'Non riconosciamo chi ha rilasciato la carta', 'issuer_unknown'],
  'attack 30: of an authority under name constraints': ['card-constrained', 'Non riconosciamo chi ha rilasciato la carta', 'path_refused'],
  'attack 30: an authority as a card': ['card-ca', 'Non riconosciamo chi ha rilasciato la carta', 'path_refused'],
  'attack 30: a card that names no place to ask': ['card-nocdp', 'Non riusciamo a controllare la tua carta', 'revocation_no_place'],
  'attack 31: a letter that looks like another': ['card-lookalike', 'Questo certificato non è di una CNS', 'common_name'],
  'attack 31: the fiscal code in an odd place': ['card-oddplace', 'Questo certificato non è di una CNS', 'common_name'],
  'attack 31: the fiscal code in lower case': ['card-lowercase', 'Questo certificato non è di una CNS', 'fiscal_number'],
};
const ACCEPTED = {
  'card-ok': 'Mario Provaldi',
  'card-ok-female': 'Giulia Campionelli',
  'card-minor': 'Luca Provetta',
  'card-cnslike': 'Mario Provaldi',
  'card-direct': 'Mario Provaldi',
  'cie-ok': 'Mario Provaldi',
  'card-omocode': 'Mario Provaldi',
};

await suite.run(async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'varco-cns-'));
  const issuer = await Issuer.start(folder);
  try {
    await run(path.join(here, 'make-pki'), [folder, issuer.address]);
    await run(path.join(here, 'make-trust-list'), [folder]);
    const world = { suite, folder, issuer, start };
    if (only('cards')) await cards(world);
    if (only('lists')) await lists(world);
    if (only('proxies')) await proxies(world);
    if (only('token')) await token(world);
  } finally {
    await issuer.stop();
    await rm(folder, { recursive: true, force: true });
  }

  /** The demo with the invented authorities (or a trusted list) in place of its own. */
  async function start(name, cns, options = {}) {
    const file = path.join(folder, `${name}.toml`);
    const settings = { certificate: path.join(folder, 'server.pem'), key: path.join(folder, 'server.key'), ...cns };
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${typeof value === 'object' && !Array.isArray(value) ? inline(value) : JSON.stringify(value)}`);
    await writeFile(file, `[cns]\n${lines.join('\n')}\n`);
    return Demo.start({ name, report: suite.report, arguments: ['--config', file], ...options });
  }
});

function inline(table) {
  return `{ ${Object.entries(table).map(([key, value]) => `${key} = ${JSON.stringify(value)}`).join(', ')} }`;
}

async function cards({ folder, issuer, start }) {
  const demo = await start('cards', { authorities: path.join(folder, 'authorities') });
  const card = new Card(demo, folder);
  try {
    for (const [name, person] of Object.entries(ACCEPTED)) {
      await suite.check(`${name} signs in ${person}`, async () => {
        const page = await card.use(name);
        assert.equal(page.status, 200, page.heading);
        assert.match(page.url, /\/account$/);
        assert.ok(page.text.toUpperCase().includes(person.toUpperCase()), page.text);
      });
    }
    for (const [name, [heading, reason]] of Object.entries(REFUSED)) {
      // OpenSSL itself would not load a certificate signed with SHA-1.
      const options = name === 'card-sha1' ? { tls: ['CipherString = DEFAULT@SECLEVEL=0'] } : {};
      await suite.check(`${name}: "${heading}", ${reason}`, () => card.isRefused(name, heading, reason, options));
    }
    for (const [attack, [name, heading, reason]] of Object.entries(ATTACKS)) {
      await suite.check(`${attack}: "${heading}", ${reason}`, () => card.isRefused(name, heading, reason));
    }
    await suite.check('no certificate: "Non abbiamo ricevuto il certificato della carta", and how to try again', async () => {
      const page = await card.isRefused(null, 'Non abbiamo ricevuto il certificato della carta', 'no_certificate');
      assert.match(page.text, /chiudi tutte le sue finestre/);
      assert.match(page.text, /toglila dal lettore/);
    });
    await suite.check('a portal gets acr urn:varco:acr:cns and amr mfa sc pin', async () => {
      const claims = await card.atPortal('card-ok', 'citizen');
      assert.equal(claims.acr, 'urn:varco:acr:cns');
      assert.deepEqual(claims.amr, ['mfa', 'sc', 'pin']);
    });
    await suite.check('attack 30: nothing is fetched for a certificate of an unknown issuer', async () => {
      const before = issuer.requests;
      await card.use('card-wrongca');
      await card.use('card-selfsigned');
      assert.equal(issuer.requests, before);
    });
    await tls({ folder, demo, card });
    await revocation({ issuer, card });
  } finally {
    suite.facts.cards_ended = await demo.stop();
  }
  await suite.check('attack 30: when nobody answers and the operator accepts that, the log says so', async () => {
    const demo = await start('accepting', { authorities: path.join(folder, 'authorities'), unreachable_revocation: 'accept', revocation_timeout_seconds: 1 });
    const card = new Card(demo, folder);
    issuer.ocsp = issuer.crl = 'silent';
    try {
      assert.match((await card.use('card-ok')).url, /\/account$/);
      await card.logged(/card accepted without revocation check.*revocation_unreachable/);
    } finally {
      issuer.ocsp = issuer.crl = 'answers';
      await demo.stop();
    }
  });
}

/** How the handshake goes. */
async function tls({ folder, demo, card }) {
  const at = ['-connect', `127.0.0.1:${demo.portBase + 4}`, '-CAfile', path.join(folder, 'tls-ca.pem')];
  const own = ['-cert', path.join(folder, 'card-ok.pem'), '-key', path.join(folder, 'card.key')];
  const client = (options) => run('openssl', ['s_client', ...at, ...options], { input: 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', fails: true });
  await suite.check('a card that signs PKCS#1 v1.5 only is heard', async () => {
    const page = await card.use('card-ok', { tls: ['ClientSignatureAlgorithms = RSA+SHA256', 'SignatureAlgorithms = RSA+SHA256:ECDSA+SHA256'] });
    assert.match(page.url, /\/account$/);
    const { output } = await client([...own, '-sigalgs', 'RSA+SHA256:ECDSA+SHA256', '-tls1_2', '-ign_eof']);
    assert.match(output, /Client Certificate Types|Requested Signature Algorithms/);
    assert.doesNotMatch(output, /RSA-PSS\+SHA/);
  });
  await suite.check('TLS 1.3, where such a card would silently send nothing, is not spoken', async () => {
    const { output } = await client([...own, '-tls1_3']);
    assert.match(output, /alert protocol version|no peer certificate available/);
  });
  await suite.check('attack 32: no session is resumed, and no connection serves a second request', async () => {
    // Five connections more, each with what there is to resume from the one before: neither a session id nor a ticket.
    const { output } = await client([...own, '-tls1_2', '-reconnect']);
    assert.match(output, /^New, TLSv1\.2/m);
    assert.doesNotMatch(output, /^Reused,/m);
    assert.doesNotMatch(output, /Session-ID: [0-9A-F]|TLS session ticket:/);
    const one = await client([...own, '-tls1_2', '-ign_eof']);
    assert.match(one.output, /connection: close/i);
  });
  await suite.check('attack 32: after logout the next one at the computer is asked for a card again', async () => {
    const jar = await card.jar();
    assert.match((await card.use('card-ok', { jar })).url, /\/account$/);
    await card.signOut(jar);
    assert.match((await card.get('/account', { jar })).url, /\/login$/);
    const page = await card.use(null, { jar });
    assert.equal(page.heading, 'Non abbiamo ricevuto il certificato della carta');
    assert.ok((await card.use('card-ok-female', { jar })).text.toUpperCase().includes('CAMPIONELLI'));
  });
  await suite.check('without its key a certificate is worth nothing', async () => {
    const { output } = await client(['-cert', path.join(folder, 'card-ok.pem'), '-key', path.join(folder, 'ocsp.key')]);
    assert.match(output, /key values mismatch|error/i);
  });
  for (const header of ['Client-Cert: :AQID:', 'client_cert: :AQID:', 'X-SSL-Client-Cert: x', 'x_ssl_client_cert: x', 'X-Forwarded-Client-Cert: x']) {
    await suite.check(`attack 29: straight to the listener with "${header}": 400`, async () => {
      assert.equal((await card.use('card-ok', { curl: ['-H', header] })).status, 400);
      await card.logged(/certificate_header_forged/);
    });
  }
}

/** Lists and answers that fail. */
async function revocation({ issuer, card }) {
  const cases = [
    ['OCSP answers of somebody else: the list decides', { ocsp: 'forged' }, null],
    ['OCSP silent: the list decides', { ocsp: 'silent' }, null],
    ['OCSP broken: the list decides', { ocsp: 'broken' }, null],
  ];
  for (const [name, how] of cases) {
    await suite.check(`${name}, for a good card and a revoked one`, async () => {
      Object.assign(issuer, how);
      try {
        assert.match((await card.use('card-ok')).url, /\/account$/);
        await card.isRefused('card-revoked', 'La tua carta è stata revocata', 'certificate_revoked');
      } finally {
        issuer.ocsp = 'answers';
      }
    });
  }
  for (const [name, crl, reason] of [
    ['a list out of date', 'stale', 'revocation_stale'],
    ['a list of somebody else', 'forged', 'revocation_not_of_issuer'],
    ['nobody answers, within the configured time', 'silent', 'revocation_unreachable'],
  ]) {
    await suite.check(`attack 30: ${name}: "Non riusciamo a controllare la tua carta", ${reason}`, async () => {
      // A list that was fetched is kept for an hour: another process has none.
      issuer.ocsp = 'silent';
      issuer.crl = crl;
      try {
        await card.restart();
        const begin = Date.now();
        await card.isRefused('card-ok', 'Non riusciamo a controllare la tua carta', reason);
        assert.ok(Date.now() - begin < 15_000, 'too long');
      } finally {
        issuer.ocsp = issuer.crl = 'answers';
      }
    });
  }
}

/** Trusted lists: the last good copy stays, whatever comes after it. */
async function lists({ folder, issuer, start }) {
  const list = { authorities: '', trust_list: `${issuer.address}/trust-list.xml`, trust_list_signers: [path.join(folder, 'tl-signer.pem')] };
  issuer.list = 'trust-list-unsigned.xml';
  const demo = await start('lists', list);
  const card = new Card(demo, folder);
  const served = async (file) => {
    issuer.list = file;
    await card.restart();
  };
  try {
    await suite.check('an unsigned list as the first one: nobody is trusted', async () => {
      await card.logged(/trust_list_unsigned/);
      await card.isRefused('card-ok', 'Non riusciamo a controllare la tua carta', 'trust_list_not_in_force');
    });
    await suite.check('a stale list as the first one: nobody is trusted', async () => {
      await served('trust-list-stale.xml');
      await card.logged(/trust_list_stale/);
      await card.isRefused('card-ok', 'Non riusciamo a controllare la tua carta', 'trust_list_not_in_force');
    });
    await suite.check('the good list: its authorities are trusted, and the ceased one is not', async () => {
      await served('trust-list.xml');
      await card.logged(/trusted list accepted.*sequence=141/);
      assert.match((await card.use('card-ok')).url, /\/account$/);
      assert.match((await card.use('card-direct')).url, /\/account$/);
      assert.match((await card.use('cie-ok')).url, /\/account$/);
      await card.isRefused('card-wrongca', 'Non riconosciamo chi ha rilasciato la carta', 'issuer_unknown');
    });
    for (const [file, reason] of [
      ['trust-list-unsigned.xml', 'trust_list_unsigned'],
      ['trust-list-tampered.xml', 'trust_list_signature'],
      ['trust-list-stranger.xml', 'trust_list_signature'],
      ['trust-list-older.xml', 'trust_list_older'],
      ['trust-list-stale.xml', 'trust_list_stale'],
      [null, 'trust_list_unreachable'],
    ]) {
      await suite.check(`then ${file ?? 'nothing'}: ${reason}, and the last good copy stays`, async () => {
        await served(file);
        await card.logged(new RegExp(reason));
        assert.match((await card.use('card-ok')).url, /\/account$/);
        await card.isRefused('card-wrongca', 'Non riconosciamo chi ha rilasciato la carta', 'issuer_unknown');
      });
    }
  } finally {
    suite.facts.lists_ended = await demo.stop();
  }
}

/** Reverse proxies that end TLS, and one that does not. */
async function proxies({ folder, start }) {
  for (const [name, proxy, header] of [
    ['nginx', nginx, 'X-SSL-Client-Cert'],
    ['apache', apache, 'Client-Cert'],
  ]) {
    const front = await proxy.reserve(folder);
    const demo = await start(name, {
      authorities: path.join(folder, 'authorities'),
      certificate: '',
      key: '',
      url: front.url,
      proxy: { addresses: ['127.0.0.1'], header, secret_header: 'X-Varco-Proxy', secret: SECRET },
    });
    const card = new Card(demo, folder);
    const stop = await front.start(demo.portBase + 4, SECRET);
    try {
      await suite.check(`${name}, as shipped: a good card signs in`, async () => {
        const page = await card.use('card-ok');
        assert.match(page.url, /\/account$/, page.heading);
      });
      await suite.check(`${name}: no certificate, a wrong one, an unknown issuer get their pages`, async () => {
        await card.isRefused(null, 'Non abbiamo ricevuto il certificato della carta', 'no_certificate');
        await card.isRefused('card-nopolicy', 'Questo certificato non è di una CNS', 'certificate_policy');
        await card.isRefused('card-wrongca', 'Non riconosciamo chi ha rilasciato la carta', 'issuer_unknown');
        await card.isRefused('card-revoked', 'La tua carta è stata revocata', 'certificate_revoked');
      });
      if (name === 'nginx') {
        await suite.check('nginx: an expired card gets its page', () => card.isRefused('card-expired', 'La tua carta è scaduta', 'certificate_expired'));
      } else {
        await suite.check('apache: an expired card ends in the handshake, as the example says', async () => {
          const page = await card.use('card-expired');
          assert.match(page.error, /^curl: \(\d+\)/);
          assert.equal(page.status, 302, 'Varco was reached');
        });
      }
      await suite.check(`attack 29: ${name}: a certificate that the browser writes into the header is replaced`, async () => {
        const pem = encodeURIComponent(await readFile(path.join(folder, 'card-ok-female.pem'), 'utf8'));
        const forged = header === 'Client-Cert' ? 'Client-Cert: :AQID:' : `X-SSL-Client-Cert: ${pem}`;
        await card.isRefused(null, 'Non abbiamo ricevuto il certificato della carta', 'no_certificate', { curl: ['-H', forged] });
        const page = await card.use('card-ok', { curl: ['-H', forged, '-H', forged.toLowerCase(), '-H', `X-Varco-Proxy: ${'x'.repeat(32)}`] });
        assert.ok(page.text.toUpperCase().includes('PROVALDI'), page.heading ?? page.error);
      });
      await suite.check(`attack 29: ${name}: with underscores it is dropped or refused`, async () => {
        const page = await card.use(null, { curl: ['-H', `${header.replaceAll('-', '_')}: :AQID:`] });
        assert.ok(page.status === 400 || page.heading === 'Non abbiamo ricevuto il certificato della carta', `${page.status} ${page.heading}`);
      });
      await suite.check(`attack 29: past ${name}, straight to Varco, without its secret: 400`, async () => {
        const inner = `http://127.0.0.1:${demo.portBase + 4}`;
        for (const headers of [[], ['-H', 'X-Varco-Proxy: guess'], ['-H', `X-Varco-Proxy: ${SECRET}`, '-H', `X-Varco-Proxy: ${SECRET}`]]) {
          const { output } = await run('curl', ['-s', '-o', '/dev/null', '-w', '%{http_code}', ...headers, '-H', `${header}: :AQID:`, `${inner}/login/cns?handle=x`]);
          assert.equal(output.trim(), '400', headers.join(' '));
        }
        await card.logged(/not_the_proxy/);
      });
    } finally {
      await stop();
      suite.facts[`${name}_ended`] = await demo.stop();
    }
  }
  await suite.check('TLS passed through as it is: a good card signs in, an expired one gets its page', async () => {
    const front = await passThrough();
    const demo = await start('through', { authorities: path.join(folder, 'authorities'), url: front.url });
    try {
      front.to(demo.portBase + 4);
      const card = new Card(demo, folder);
      assert.match((await card.use('card-ok')).url, /\/account$/);
      await card.isRefused('card-expired', 'La tua carta è scaduta', 'certificate_expired');
    } finally {
      front.stop();
      await demo.stop();
    }
  });
}

/** A card that is a PKCS#11 token. */
async function token({ folder, start }) {
  const demo = await start('token', { authorities: path.join(folder, 'authorities') });
  try {
    await suite.check('a card on a software token, in curl by PKCS#11', () => withCurl({ demo, folder, report: suite.report }));
    const chromium = await inChromium({ demo, folder, report: suite.report });
    suite.facts.chromium = chromium.outcome;
    if (chromium.works) await suite.check('the same card in headless Chromium (NSS)', () => chromium.check());
    else console.log(`       Chromium does not use the token here (${chromium.outcome}); its log is in the report folder.`);
  } finally {
    await demo.stop();
  }
}
