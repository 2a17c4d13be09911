// The suite itself, once the demo is up: every module of every plan, and the totals that plans.json writes down.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { Suite } from '../lib/suite.js';
import { checkConfigurations } from './configurations.js';
import { Lodge } from './lodge.js';
import { Plan } from './plan.js';
import { Provider } from './provider.js';
import { PLANS } from './plans/index.js';

/** Modules at one time: the machine has two cores, and one side of them is the demo. */
const AT_ONCE = 3;
/** Modules that mostly wait. They begin first and count for nothing. */
const WAITING = /30seconds|rotate-keys|10seconds-before|max-age-1$|prompt-login|expired|after-one-second/;

const suite = new Suite('oidc');

await suite.run(async () => {
  const told = JSON.parse(await text(process.stdin));
  const written = JSON.parse(await readFile(new URL('./plans.json', import.meta.url)));
  const [port, securePort] = [told.lodge.address, told.lodge.secure].map((address) => Number(new URL(address).port));
  const lodge = await Lodge.open({ port, certificate: told.lodge.certificate, securePort });
  try {
    const provider = await Provider.discover(told.issuer);
    const world = { provider, lodge, identityProvider: told.identityProvider, parties: told.parties, registrationToken: told.registrationToken, configuration: told.configuration };
    const chosen = Object.entries(written).filter(([name]) => !suite.only || name.includes(suite.only));
    const [begun, awaited] = divided(chosen, provider.metadata);
    const tasks = begun.flatMap(([name, plan]) => modulesOf(world, name, plan));
    await inOrder(tasks);
    suite.facts.plans = Object.fromEntries(awaited.map(([name, { expected, awaits }]) => [name, { passed: 0, expected, awaits }]));
    for (const [name, { expected, awaits }] of awaited) console.log(`awaits ${name} 0/${expected}: not built yet (${awaits})`);
    for (const [name, plan] of begun) await total(name, plan, tasks.filter((task) => task.plan === name));
    if (!suite.only || suite.only === 'config') await checkConfigurations(suite, world);
  } finally {
    lodge.close();
  }
});

/** A plan for what the provider does not announce yet awaits it, and says so; from the day it is announced it counts. */
function divided(plans, metadata) {
  const isAwaited = ([, { awaits }]) => awaits !== undefined && metadata[awaits] === undefined;
  return [plans.filter((entry) => !isAwaited(entry)), plans.filter(isAwaited)];
}

/** One task for each module that is to pass. */
function modulesOf(world, name, { modules }) {
  const definition = PLANS[name];
  const plan = definition && new Plan(world, definition.parties, definition.options);
  return Object.entries(modules)
    .filter(([, expected]) => expected === 'passed')
    .map(([module]) => ({
      plan: name,
      module,
      run: async () => {
        assert.ok(definition?.modules[module], 'missing: nobody has written this module yet');
        await definition.modules[module](plan);
      },
    }));
}

async function inOrder(tasks) {
  const perform = async (task) => {
    task.passed = await suite.check(`${task.plan}: ${task.module}`, task.run);
  };
  const waiting = tasks.filter((task) => WAITING.test(task.module)).map(perform);
  const others = tasks.filter((task) => !WAITING.test(task.module));
  const take = async () => {
    for (let task = others.shift(); task; task = others.shift()) await perform(task);
  };
  await Promise.all([...waiting, ...Array.from({ length: AT_ONCE }, take)]);
}

/** Passed must be what is written down, and what is written down must be every module of the list. */
async function total(name, { expected, modules }, tasks) {
  const passed = tasks.filter((task) => task.passed).length;
  suite.facts.plans[name] = { passed, expected, total: Object.keys(modules).length };
  await suite.check(`${name} ${passed}/${expected}`, () => assert.equal(passed, expected));
}
