// The demo under test: the real binary, on ports and in a folder of its own, stopped at the end.

import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import https from 'node:https';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

const READY_WITHIN_MS = 30_000;
const PORTS_OF_A_DEMO = 8;

// Whatever ends the suite, no demo outlives it.
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

/** A port base whose ports are free on loopback: portals and identity provider live on 127.0.0.1 and 127.0.0.2. */
export async function freePortBase() {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const base = 20_000 + 10 * Math.floor(Math.random() * 1_000);
    const ports = Array.from({ length: PORTS_OF_A_DEMO }, (_, index) => base + index);
    const free = await Promise.all(ports.flatMap((port) => ['127.0.0.1', '127.0.0.2'].map((host) => isFree(host, port))));
    if (free.every(Boolean)) return base;
  }
  throw new Error('no ten neighbouring ports are free between 20000 and 30000');
}

function isFree(host, port) {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once('error', () => resolve(false));
    server.listen(port, host, () => server.close(() => resolve(true)));
  });
}

export class Demo {
  /**
   * @param {{name: string, report: string, portBase?: number, data?: string, arguments?: string[], environment?: object,
   *   tls?: boolean}} options; with `tls` only a process that trusts `authority` can look at it
   */
  static async start(options) {
    const demo = new Demo();
    demo.name = options.name;
    demo.report = options.report;
    demo.portBase = options.portBase ?? (await freePortBase());
    demo.folder = options.data ? null : await mkdtemp(path.join(os.tmpdir(), `varco-${options.name}-`));
    demo.data = options.data ?? path.join(demo.folder, 'data');
    demo.tls = options.tls ?? false;
    demo.arguments = [...(options.arguments ?? []), ...(demo.tls ? ['--tls'] : [])];
    demo.environment = options.environment ?? {};
    demo.starts = 0;
    await demo.run();
    return demo;
  }

  /** Starts the binary on the same ports and data, and waits until `/readyz` says 200. */
  async run() {
    const binary = process.env.VARCO_BINARY;
    if (!binary) throw new Error('VARCO_BINARY does not say which binary to look at; use conformance/run');
    this.starts += 1;
    const log = createWriteStream(path.join(this.report, `${this.name}-varco-${this.starts}.log`));
    const begin = Date.now();
    this.child = spawn(binary, ['demo', '--port-base', String(this.portBase), '--data', this.data, ...this.arguments], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...this.environment },
    });
    running.add(this.child);
    this.child.stdout.pipe(log, { end: false });
    this.child.stderr.pipe(log, { end: false });
    this.ended = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(`could not start: ${error.message}`));
      this.child.once('exit', (code, signal) => resolve(`ended with ${signal ?? code}`));
    });
    this.ended.then(() => running.delete(this.child));
    let ended = null;
    this.ended.then((how) => (ended = how));
    while (Date.now() - begin < READY_WITHIN_MS) {
      if (ended) throw new Error(`varco demo ${ended} before it was ready; see ${log.path}`);
      if (await this.isReady()) {
        this.readyAfter = Date.now() - begin;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.kill();
    throw new Error(`varco demo was not ready within ${READY_WITHIN_MS / 1000} s; see ${log.path}`);
  }

  async isReady() {
    try {
      if (this.tls) return (await this.answersOverTls('/readyz')) === 200;
      const response = await fetch(`${this.issuer}/readyz`, { signal: AbortSignal.timeout(2_000) });
      return response.status === 200;
    } catch {
      return false;
    }
  }

  /** The status of a page, under the authority that the demo made. */
  async answersOverTls(page) {
    const ca = await readFile(this.authority);
    return new Promise((resolve, reject) => {
      const request = https.get(`${this.issuer}${page}`, { ca, agent: false, timeout: 2_000 }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      request.on('timeout', () => request.destroy(new Error('too slow')));
      request.on('error', reject);
    });
  }

  /** The file of the authority under which Varco stands with `tls`. */
  get authority() {
    return path.join(this.data, 'tls', 'authority.pem');
  }

  /** kill -9, as the power cut does it. */
  async kill() {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Asks it to end, and removes what it wrote. */
  async stop() {
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    const how = await this.ended;
    clearTimeout(late);
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
    return how;
  }

  get issuer() {
    return `${this.tls ? 'https' : 'http'}://localhost:${this.portBase}`;
  }

  portal(name) {
    return `http://127.0.0.1:${this.portBase + 1}/${name}/`;
  }

  get identityProvider() {
    return `http://127.0.0.2:${this.portBase + 2}`;
  }
}
