// A suite: named checks that pass or fail one by one, a JSON report, and the closing line.

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

export class Suite {
  constructor(name) {
    this.name = name;
    this.report = process.env.VARCO_REPORT;
    if (!this.report) throw new Error('VARCO_REPORT does not say where the report goes; use conformance/run');
    const { values } = parseArgs({ options: { only: { type: 'string' } } });
    this.only = values.only;
    this.checks = [];
    this.facts = {};
  }

  /** Runs one check; a failure is noted and the suite goes on. Answers whether it passed. */
  async check(name, body) {
    const begin = Date.now();
    let error = null;
    try {
      await body();
    } catch (caught) {
      error = caught;
    }
    const seconds = (Date.now() - begin) / 1000;
    this.checks.push({ name, passed: error === null, seconds, error: error && String(error.stack ?? error) });
    console.log(`${error ? 'FAILED' : 'ok    '} ${name} (${seconds.toFixed(1)} s)`);
    if (error) console.log(String(error.stack ?? error).replace(/^/gm, '       '));
    return error === null;
  }

  /** Writes the report and ends the process as the closing line says. */
  async end() {
    const failed = this.checks.filter((check) => !check.passed).length;
    const passed = this.checks.length - failed;
    await mkdir(this.report, { recursive: true });
    await writeFile(
      path.join(this.report, `${this.name}.json`),
      `${JSON.stringify({ suite: this.name, passed, failed, ...this.facts, checks: this.checks }, null, 2)}\n`,
    );
    console.log(`${this.name}: ${passed} passed, ${failed} failed`);
    // A suite that checked nothing has not looked.
    process.exit(failed === 0 && passed > 0 ? 0 : 1);
  }

  /** Runs `body`, which does the checks; what it throws outside of them is one more failure. */
  async run(body) {
    try {
      await body();
    } catch (error) {
      await this.check('the suite could run to its end', () => {
        throw error;
      });
    }
    await this.end();
  }
}
