// walk: headless Chromium goes through the demo as citizens do, with a camera and an accessibility checker.

import assert from 'node:assert/strict';
import { Demo } from '../lib/demo.js';
import { Suite } from '../lib/suite.js';
import { EXPECTED_RULES, serveControl } from './control.js';
import { walkBrowsers } from './browsers.js';
import { walkLanguages } from './languages.js';
import { walkLogout } from './logout.js';
import { walkMainJob } from './main-job.js';
import { walkRefusals } from './refusals.js';
import { walkSessions } from './sessions.js';
import { walkWithoutScript } from './without-script.js';
import { Watch, barriers } from './watch.js';
import { World, openChromium } from './world.js';

const suite = new Suite('walk');

await suite.run(async () => {
  const chromium = await openChromium();
  const demo = await Demo.start({ name: 'walk', report: suite.report });
  try {
    suite.facts.ready_after_ms = demo.readyAfter;
    const watch = new Watch(suite.report);
    await watch.clear();
    const world = new World({ suite, demo, watch, chromium });
    if (suite.only === 'logout') {
      await walkLogout(world);
      await walkRefusals(world);
    } else if (suite.only === 'first') {
      await walkMainJob(world, 'desktop');
    } else {
      await walkMainJob(world, 'desktop');
      await walkMainJob(world, 'phone');
      await walkSessions(world);
      await walkLogout(world);
      await walkRefusals(world);
      await walkBrowsers(world);
      await walkLanguages(world);
      await walkWithoutScript(world);
      await theControlPageIsCaught(world);
    }
    await nothingUnwantedWasSeen(watch);
  } finally {
    await chromium.close();
    suite.facts.demo_ended = await demo.stop();
  }
});

/** A page broken on purpose, looked at by a watch of its own. */
async function theControlPageIsCaught(world) {
  await world.check('the deliberately broken control page is caught', async () => {
    const control = await serveControl();
    const watch = new Watch(suite.report);
    try {
      const walker = await new World({ ...world, watch }).browser();
      world.contexts.push(walker.context);
      await walker.open(control.url);
      const rules = (await barriers(walker.page)).map((violation) => violation.rule);
      for (const rule of EXPECTED_RULES) assert.ok(rules.includes(rule), `axe-core finds ${rule}; it found ${rules}`);
      assert.ok(watch.policy.length > 0, 'the inline script is a violation of the content security policy');
      assert.ok(watch.console.length > 0, 'the missing picture is an error in the console');
    } finally {
      control.close();
    }
  });
}

async function nothingUnwantedWasSeen(watch) {
  suite.facts.looks = watch.looks;
  suite.facts.barriers = watch.barriers;
  const none = (what, found, show = String) =>
    suite.check(`${what}: 0`, () => assert.equal(found.length, 0, `\n${found.map(show).join('\n')}`));
  await suite.check(`every page was photographed and looked at (${watch.looks} looks)`, () => assert.ok(watch.looks > 0));
  await none('violations found by axe-core', watch.barriers, (one) => `${one.look}: ${one.rule} [${one.impact}] ${one.nodes.join(' | ')}`);
  await none('violations of the content security policy', watch.policy);
  await none('errors in the console', watch.console);
  await none('errors in scripts', watch.scripts);
  await none('pages wider than the window', watch.wide);
}
