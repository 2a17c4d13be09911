// A citizen with a card that is a file: curl with a cookie jar, from the main host to the card listener and back.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'node-html-parser';
import { run } from './issuer.js';

const squeeze = (text) => text.replaceAll(/\s+/g, ' ').trim();
const unescape = (text) => text.replaceAll('&#39;', '’').replaceAll('&amp;', '&').replaceAll('&quot;', '"');

export class Card {
  constructor(demo, folder) {
    Object.assign(this, { demo, folder, seen: 0 });
  }

  /** A browser profile without cookies. */
  async jar() {
    return path.join(await mkdtemp(path.join(this.folder, 'jar-')), 'cookies');
  }

  /** GET as a browser does, redirects followed; `card` is the name of a certificate of the PKI. */
  async get(address, { jar, card = null, curl = [], tls = null } = {}) {
    jar ??= await this.jar();
    const certificate = card ? ['--cert', path.join(this.folder, `${card}.pem`), '--key', path.join(this.folder, 'card.key')] : [];
    let environment = {};
    if (tls) {
      // curl has no options for these: OpenSSL's configuration has.
      const config = path.join(path.dirname(jar), 'openssl.cnf');
      await writeFile(config, `openssl_conf = o\n[o]\nssl_conf = s\n[s]\nsystem_default = d\n[d]\n${tls.join('\n')}\n`);
      environment = { OPENSSL_CONF: config };
    }
    const body = path.join(path.dirname(jar), 'body');
    const { output } = await run(
      'curl',
      ['-sS', '-L', '--max-time', '30', '-c', jar, '-b', jar, '--cacert', path.join(this.folder, 'tls-ca.pem'), '-o', body, '-w', '\n%{http_code} %{url_effective}', ...certificate, ...curl, new URL(address, this.demo.issuer).href],
      { fails: true, environment },
    );
    const html = await readFile(body, 'utf8').catch(() => '');
    const [status, url] = output.trim().split('\n').at(-1).split(' ');
    const root = parse(html);
    return {
      status: Number(status),
      url,
      error: output,
      html,
      root,
      jar,
      heading: unescape(squeeze(root.querySelector('h1')?.text ?? '')),
      text: unescape(squeeze(root.querySelector('main')?.text ?? html)),
    };
  }

  /** Signs in to one's own account with a card, from the address that the help page links to. */
  async use(card, options = {}) {
    await this.mark();
    return this.get('/login/cns/card', { ...options, card });
  }

  /** The card is refused with this page, and this word in the log. */
  async isRefused(card, heading, reason, options = {}) {
    const page = await this.use(card, options);
    assert.equal(page.heading, heading, `${page.status} ${page.url} ${page.error}`);
    assert.ok([403, 503].includes(page.status), String(page.status));
    await this.logged(new RegExp(`card refused.*reason="?${reason}"?`));
    const reference = page.root.querySelector('#riferimento').text;
    await this.logged(new RegExp(`reference="?${reference}"?`));
    return page;
  }

  /** A whole OpenID Connect sign-in at one of the demo's portals; answers what it knows afterwards. */
  async atPortal(card, portal) {
    const base = this.demo.portal(portal);
    const front = await this.get(base);
    const link = front.root.querySelector('a[href$="login"]').getAttribute('href');
    const { jar } = front;
    const login = await this.get(new URL(link, front.url).href, { jar });
    const help = await this.get(login.root.querySelector('a[href^="/login/cns"]').getAttribute('href'), { jar });
    assert.equal(help.status, 200);
    const back = await this.get(help.root.querySelector('a[href^="/login/cns/card"]').getAttribute('href'), { jar, card });
    const on = back.root.querySelector('main a[href]').getAttribute('href').replaceAll('&amp;', '&');
    await this.get(on, { jar });
    const claims = await this.get(`${base}claims`, { jar });
    const known = JSON.parse(claims.html);
    return known.id_token ?? known;
  }

  async signOut(jar) {
    const page = await this.get('/logout', { jar });
    const form = page.root.querySelector('form[action="/logout/confirm"]');
    const fields = form.querySelectorAll('input').map((input) => `${encodeURIComponent(input.getAttribute('name'))}=${encodeURIComponent(input.getAttribute('value') ?? '')}`);
    const button = form.querySelector('button[name]');
    if (button) fields.push(`${button.getAttribute('name')}=${button.getAttribute('value') ?? ''}`);
    return this.get('/logout/confirm', { jar, curl: ['--data', fields.join('&'), '-H', `Origin: ${this.demo.issuer}`] });
  }

  /** Another process over the same data. */
  async restart() {
    this.demo.child.kill('SIGTERM');
    await this.demo.ended;
    this.seen = 0;
    await this.demo.run();
  }

  async #log() {
    const files = (await readdir(this.demo.report)).filter((name) => name === `${this.demo.name}-varco-${this.demo.starts}.log`);
    return files.length ? readFile(path.join(this.demo.report, files[0]), 'utf8') : '';
  }

  /** What is logged from here on is looked at by `logged`. */
  async mark() {
    this.seen = (await this.#log()).length;
  }

  /** Waits until the log says it. */
  async logged(pattern) {
    const until = Date.now() + 8_000;
    for (;;) {
      // eslint-disable-next-line no-control-regex
      const log = (await this.#log()).slice(this.seen).replaceAll(/\x1b\[[0-9;]*m/g, '');
      if (log.split('\n').some((line) => pattern.test(line))) return;
      assert.ok(Date.now() < until, `the log does not say ${pattern}:\n${log.slice(-1500)}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
