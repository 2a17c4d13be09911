// What docs/RELYING_PARTIES.md shows is what ran here.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const DOCUMENT = path.join(import.meta.dirname, '../../docs/RELYING_PARTIES.md');
/** By the name of the snippet: the file that holds it between its marks, and the language of the fence. */
const SNIPPETS = {
  'openid-client': ['portal.js', 'js'],
  authlib: ['authlib_party.py', 'python'],
  apache: ['apache.conf', 'apache'],
};

export async function checkDocuments({ suite }) {
  const document = await readFile(DOCUMENT, 'utf8');
  for (const [name, [file, language]] of Object.entries(SNIPPETS)) {
    await suite.check(`the snippet '${name}' of docs/RELYING_PARTIES.md is the code that ran here`, async () => {
      const text = await readFile(path.join(import.meta.dirname, file), 'utf8');
      const [, snippet] = new RegExp(`^\\S+ snippet: ${name}\\n(.*?)^\\S+ end of snippet$`, 'ms').exec(text) ?? [];
      assert.ok(snippet, `${file} has the marks`);
      assert.ok(document.includes(`\`\`\`${language}\n${snippet}\`\`\``), `to the letter, from ${file}`);
    });
  }
}
