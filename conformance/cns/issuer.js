// Who issues the invented cards: its revocation list, its OCSP responder (openssl), and the trusted list, each of which can
// be made to fail.

import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

/** Runs a command; answers what it said on both channels. Throws when it fails, unless that `fails: true` may be. */
export function run(command, args, { input = null, fails = false, environment = {}, within = 60_000 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...environment }, timeout: within });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.once('error', reject);
    child.once('close', (code) => (code === 0 || fails ? resolve({ code, output }) : reject(new Error(`${command} ended with ${code}: ${output}`))));
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

export class Issuer {
  /** Answers on a port of its own until `stop`. */
  static async start(folder) {
    const issuer = new Issuer();
    Object.assign(issuer, { folder, ocsp: 'answers', crl: 'answers', list: null, requests: 0, waiting: new Set() });
    issuer.server = http.createServer((request, response) => issuer.#answer(request, response));
    await new Promise((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    issuer.address = `http://127.0.0.1:${issuer.server.address().port}`;
    return issuer;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request, response) {
    this.requests += 1;
    const where = new URL(request.url, this.address).pathname;
    if (where === '/ocsp') return this.#ocsp(request, response);
    if (where === '/trust-list.xml') return this.#file(response, this.list, 'application/xml');
    const list = { '/crl': 'cns-sub', '/cie-crl': 'cie-sub', '/direct-crl': 'cns-direct' }[where];
    if (!list) return this.#file(response, null);
    const file = { answers: `${list}.crl`, stale: 'cns-sub-stale.crl', forged: 'cns-sub-rogue.crl' }[this.crl];
    return file ? this.#file(response, file, 'application/pkix-crl') : undefined;
  }

  async #file(response, name, type = 'text/plain') {
    const file = name && path.join(this.folder, name);
    if (!file || !(await access(file).then(() => true, () => false))) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': type });
    return createReadStream(file).pipe(response);
  }

  /** What openssl answers; `silent` never does, `forged` is signed by another, `broken` is no OCSP. */
  async #ocsp(request, response) {
    if (this.ocsp === 'silent') return undefined;
    if (this.ocsp === 'broken') return response.writeHead(200).end('no');
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked = path.join(this.folder, `asked-${this.requests}`);
    await writeFile(asked, Buffer.concat(chunks));
    const at = (name) => path.join(this.folder, name);
    const signer = this.ocsp === 'forged' ? ['-rsigner', at('ocsp-other.pem'), '-rkey', at('card.key')] : ['-rsigner', at('ocsp.pem'), '-rkey', at('ocsp.key')];
    // A request about a card of another issuer is answered with "unknown", as a responder does.
    await run('openssl', ['ocsp', '-index', at('db/cns-sub/index.txt'), '-CA', at('cns-sub.pem'), ...signer, '-reqin', asked, '-respout', `${asked}.der`, '-ndays', '1'], { fails: true });
    const answer = await readFile(`${asked}.der`).catch(() => null);
    response.writeHead(answer ? 200 : 500, { 'content-type': 'application/ocsp-response' });
    return response.end(answer ?? '');
  }
}
