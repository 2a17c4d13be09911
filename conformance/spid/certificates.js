// What AgID's validator says of the certificates that `varco keys spid` makes.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';

const PYTHON = path.join(process.env.CACHE, 'venv/spid/bin/python');
const CHECKER = path.join(import.meta.dirname, 'certificate.py');
const SUBJECT = ['--entity-id', 'https://login.ente.example.it', '--organisation', 'Ente di Prova', '--display-name', 'Ente', '--locality', 'Roma'];
const run = promisify(execFile);

/** One for each sector, in `folder`; answers with the file of the public one. */
export async function certificates(suite, folder) {
  for (const [sector, body] of [
    ['private', ['--vat-number', 'IT01234560587']],
    ['public', ['--ipa-code', 'c_a123']],
  ]) {
    await suite.check(`the ${sector} certificate of \`varco keys spid\` passes 37 of 37 checks`, async () => {
      const files = ['--key', path.join(folder, `${sector}.pem`), '--certificate', path.join(folder, `${sector}.crt`)];
      await run(process.env.VARCO_BINARY, ['keys', 'spid', ...files, ...SUBJECT, ...body]);
      const { stdout } = await run(PYTHON, [CHECKER, path.join(folder, `${sector}.crt`), sector], {
        env: { ...process.env, PYTHONWARNINGS: 'ignore' },
      });
      const checks = JSON.parse(stdout);
      assert.deepEqual(checks.filter((check) => check.result !== 'success'), []);
      assert.equal(checks.length, 37);
    });
  }
  return path.join(folder, 'public.crt');
}
