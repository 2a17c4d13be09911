// nginx and Apache as Debian has them, with the configurations that docs/proxies ships; only addresses, paths and the secret
// are put in.

import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';

const shipped = path.join(path.dirname(new URL(import.meta.url).pathname), '../../docs/proxies');
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

function freePort() {
  return new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function fill(name, folder, port, inner, secret) {
  const text = await readFile(path.join(shipped, name), 'utf8');
  const changes = [
    ['/etc/varco/cns.crt', path.join(folder, 'server.pem')],
    ['/etc/varco/cns.key', path.join(folder, 'server.key')],
    ['127.0.0.1:8443', `127.0.0.1:${inner}`],
    ['"put the secret here"', `"${secret}"`],
    ['listen 443 ssl', `listen 127.0.0.1:${port} ssl`],
    ['<VirtualHost *:443>', `<VirtualHost 127.0.0.1:${port}>`],
  ];
  return changes.reduce((filled, [from, to]) => filled.replaceAll(from, to), text);
}

async function started(command, args, port, log) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  let said = '';
  child.stdout.on('data', (data) => (said += data));
  child.stderr.on('data', (data) => (said += data));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const until = Date.now() + 10_000;
  while (!(await answers(port))) {
    if (Date.now() > until || child.exitCode !== null) throw new Error(`${command} did not start: ${said}${await readFile(log, 'utf8').catch(() => '')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return async () => {
    child.kill('SIGTERM');
    await ended;
    running.delete(child);
  };
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(socket.destroy() && true));
    socket.once('error', () => resolve(false));
  });
}

export const nginx = {
  async reserve(folder) {
    const port = await freePort();
    const home = path.join(folder, 'nginx');
    await mkdir(home, { recursive: true });
    return {
      url: `https://localhost:${port}`,
      async start(inner, secret) {
        const log = path.join(home, 'error.log');
        const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${home}/${kind};`).join('\n');
        const server = await fill('cns-nginx.conf', folder, port, inner, secret);
        const config = path.join(home, 'nginx.conf');
        const user = process.getuid() === 0 ? 'user root;' : '';
        await writeFile(config, `${user}\npid ${home}/pid;\nerror_log ${log};\ndaemon off;\nworker_processes 1;\nevents {}\nhttp {\naccess_log off;\n${paths}\n${server}\n}\n`);
        return started('/usr/sbin/nginx', ['-c', config, '-e', log], port, log);
      },
    };
  },
};

export const apache = {
  async reserve(folder) {
    const port = await freePort();
    const home = path.join(folder, 'apache');
    await mkdir(home, { recursive: true });
    return {
      url: `https://localhost:${port}`,
      async start(inner, secret) {
        const log = path.join(home, 'error.log');
        const modules = ['mpm_event', 'authz_core', 'ssl', 'headers', 'proxy', 'proxy_http', 'socache_shmcb'];
        const loads = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n');
        const server = await fill('cns-apache.conf', folder, port, inner, secret);
        const config = path.join(home, 'apache.conf');
        await writeFile(config, `ServerRoot ${home}\nServerName localhost\nPidFile ${home}/pid\nDefaultRuntimeDir ${home}\nMutex file:${home}\nErrorLog ${log}\nListen 127.0.0.1:${port}\n${loads}\n${process.getuid() === 0 ? 'User www-data\nGroup www-data\n' : ''}${server}\n`);
        return started('/usr/sbin/apache2', ['-f', config, '-DFOREGROUND'], port, log);
      },
    };
  },
};

/** A proxy that looks at nothing: TCP in, TCP out. */
export async function passThrough() {
  const port = await freePort();
  const server = net.createServer((client) => {
    const inner = net.connect(server.inner, '127.0.0.1');
    client.pipe(inner).pipe(client);
    for (const socket of [client, inner]) socket.once('error', () => socket.destroy());
  });
  return {
    url: `https://localhost:${port}`,
    to(inner) {
      server.inner = inner;
      server.listen(port, '127.0.0.1');
    },
    stop: () => server.close(),
  };
}
