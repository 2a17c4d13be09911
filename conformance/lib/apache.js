// Apache as Debian has it, with a configuration of ours, in a folder of its own.

import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { answers } from './ports.js';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Runs a program that listens, until it does; gives the function that stops it. */
export async function started(command, args, port, log) {
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

/** Apache with these modules and this text; its folder is below `folder`. */
export async function startApache(folder, port, modules, text) {
  const home = path.join(folder, 'apache');
  await mkdir(home, { recursive: true });
  const log = path.join(home, 'error.log');
  const loads = modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n');
  const user = process.getuid() === 0 ? 'User www-data\nGroup www-data\n' : '';
  const config = path.join(home, 'apache.conf');
  await writeFile(config, `ServerRoot ${home}\nServerName localhost\nPidFile ${home}/pid\nDefaultRuntimeDir ${home}\nMutex file:${home}\nErrorLog ${log}\nListen 127.0.0.1:${port}\n${loads}\n${user}${text}\n`);
  return started('/usr/sbin/apache2', ['-f', config, '-DFOREGROUND'], port, log);
}
