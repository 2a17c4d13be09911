// nginx and Apache as Debian has them, with the configurations that docs/proxies ships; only addresses, paths and the secret
// are put in.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { startApache, started } from '../lib/apache.js';
import { freePort } from '../lib/ports.js';

const shipped = path.join(path.dirname(new URL(import.meta.url).pathname), '../../docs/proxies');

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
    return {
      url: `https://localhost:${port}`,
      async start(inner, secret) {
        const modules = ['mpm_event', 'authz_core', 'ssl', 'headers', 'proxy', 'proxy_http', 'socache_shmcb'];
        return startApache(folder, port, modules, await fill('cns-apache.conf', folder, port, inner, secret));
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
