// The steps of the main job, in the citizen's words. `browser` is a Citizen (HTTP) or a Walker (Chromium).

import assert from 'node:assert/strict';
import { chooser, login, portal, provider } from '../walk/selectors.js';

export const PEOPLE = {
  mario: { name: 'Mario Provaldi', given: 'Mario', family: 'Provaldi', fiscalNumber: 'TINIT-PRVMRA80A15H501A' },
  giulia: { name: 'Giulia Campionelli', given: 'Giulia', family: 'Campionelli', fiscalNumber: 'TINIT-CMPGLI92M71F205F' },
  ugo: { name: 'Ugo Fo', given: 'Ugo', family: 'Fo', fiscalNumber: 'TINIT-FOXGUO55T01L219C' },
};
export const FISCAL_NUMBER = 'https://attributes.eid.gov.it/fiscal_number';
export const LEVEL = (n) => `https://www.spid.gov.it/SpidL${n}`;

/** At the portal: "Entra". */
export async function knock(browser, demo, name) {
  await browser.open(demo.portal(name));
  await browser.click(portal.login);
  return browser.settle();
}

/** At the login page: opens the SPID menu and picks the provider whose name contains `name`. */
export async function pickProvider(browser, name) {
  await browser.click(login.menu);
  await browser.click(login.provider, name);
  return browser.settle();
}

/** At the demo provider: signs in as somebody, at a level. */
export async function signIn(browser, person, { level = 2 } = {}) {
  if (level !== 2) await browser.pick(provider.level, String(level));
  await browser.click(provider.person, person.name);
  return browser.settle();
}

/** At the demo provider: answers with one of SPID's error codes. */
export async function refuse(browser, code) {
  await browser.click(provider.error, `nr${code}`);
  return browser.settle();
}

/** At the chooser: picks the profile whose line contains `text`, and continues. */
export async function choose(browser, text) {
  await browser.tick(chooser.radio, text);
  await browser.click(chooser.submit);
  return browser.settle();
}

export const at = {
  portal: (browser, demo, name) => browser.url().startsWith(demo.portal(name)),
  varco: (browser, demo) => browser.url().startsWith(demo.issuer),
  provider: (browser, demo) => browser.url().startsWith(demo.identityProvider),
  chooser: async (browser) => (await browser.count(chooser.option)) > 0,
  login: async (browser) => (await browser.count(login.menu)) > 0,
};

export async function expectChooser(browser) {
  assert.ok(await at.chooser(browser), `the chooser was expected, not ${await whereIs(browser)}`);
}

export async function expectLogin(browser) {
  assert.ok(await at.login(browser), `the login page was expected, not ${await whereIs(browser)}`);
}

export function expectPortal(browser, demo, name) {
  assert.ok(at.portal(browser, demo, name), `the portal ${name} was expected, not ${browser.url().split('?')[0]}`);
}

/** The claims the portal holds, from the tokens it verified itself; null when nobody is signed in there. */
export async function claims(browser, demo, name) {
  return browser.json(`${demo.portal(name)}claims`);
}

/** The one organisation of the claims. */
export function organisationOf(held) {
  const members = Object.values(held.organization ?? {});
  assert.equal(members.length, 1, 'a token speaks for exactly one organisation');
  assert.equal(members[0].id, held.org_id, 'org_id repeats the id of the organisation');
  return members[0];
}

export function expectSelf(held) {
  for (const claim of ['organization', 'org_id', 'roles']) assert.ok(!(claim in held), `acting for oneself, ${claim} is absent`);
}

async function whereIs(browser) {
  const heading = (await browser.text()).slice(0, 160);
  return `${browser.url().split('?')[0]}: ${heading}`;
}
