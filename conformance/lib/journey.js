// The steps of the main job, in the citizen's words. `browser` is a Citizen (HTTP) or a Walker
// (Chromium): both know open, click, tick, settle, count, text, url, json.

import assert from 'node:assert/strict';
import { chooser, login, logout, portal, provider } from '../walk/selectors.js';

export const PEOPLE = {
  mario: { name: 'Mario Provaldi', given: 'Mario', family: 'Provaldi', fiscalNumber: 'TINIT-PRVMRA80A15H501A' },
  giulia: { name: 'Giulia Campionelli', given: 'Giulia', family: 'Campionelli', fiscalNumber: 'TINIT-CMPGLI92M71F205F' },
  ugo: { name: 'Ugo Fo', given: 'Ugo', family: 'Fo', fiscalNumber: 'TINIT-FOXGUO55T01L219C' },
};
/** From another country, without an Italian fiscal number. */
export const GRETA = { name: 'Greta Beispiel', given: 'Greta', family: 'Beispiel' };
export const ACME = 'ACME SRL';
/** For parties that registered no roles. */
export const NO_ROLES = { withRole: false };
export const BORGO_ALTO = 'Borgo Alto';
export const IL_PONTE = 'Il Ponte';
export const FISCAL_NUMBER = 'https://attributes.eid.gov.it/fiscal_number';

/** The `acr` of a SPID level. */
export const level = (number) => `https://www.spid.gov.it/SpidL${number}`;

/** At the portal: "Entra". */
export async function knock(browser, demo, name) {
  await browser.open(demo.portal(name));
  await browser.click(portal.login);
  await browser.settle();
}

/** At the portal: another organisation, please. */
export async function askForAnother(browser, demo, name) {
  await browser.open(demo.portal(name));
  await browser.click(portal.switch);
  await browser.settle();
}

/** At the portal: "Esci", and yes where Varco asks whether that is meant. */
export async function leave(browser, demo, name) {
  await browser.open(demo.portal(name));
  await browser.click(portal.logout);
  await browser.settle();
  if ((await browser.count(logout.confirm)) > 0) {
    await browser.click(logout.confirm);
    await browser.settle();
  }
}

/** At the login page: opens the SPID menu and picks the provider; `address` is its entityID. */
export async function pickProvider(browser, address) {
  await expectLogin(browser);
  await browser.click(login.menu);
  await browser.click(login.providerAt(address));
  await browser.settle();
}

/** At the login page: "Entra con CIE". There is one identity provider, so nothing is chosen. */
export async function enterWithCie(browser) {
  await expectLogin(browser);
  await browser.click(login.cie);
  await browser.settle();
}

/** At the login page: "Login with eIDAS". */
export async function enterWithEidas(browser) {
  await expectLogin(browser);
  await browser.click(login.eidas);
  await browser.settle();
}

/** At the identity provider: signs in as somebody; `number` is the level it answers with. */
export async function signIn(browser, person, number) {
  if (number) await browser.tick(provider.level(number));
  await browser.click(provider.person, person.name);
  await browser.settle();
}

/** At the identity provider: answers with one of SPID's error codes. */
export async function refuse(browser, code) {
  await browser.click(provider.error(code));
  await browser.settle();
}

/** At the chooser: picks the profile whose line contains `text`, and continues. */
export async function choose(browser, text) {
  await expectChooser(browser);
  await browser.tick(chooser.label, text);
  await browser.click(chooser.submit);
  await browser.settle();
}

/** From the portal's door through the demo's identity provider, up to Varco's next question or the portal. */
export async function enter(browser, demo, name, person, number) {
  await knock(browser, demo, name);
  await pickProvider(browser, demo.identityProvider);
  await signIn(browser, person, number);
}

export async function expectLogin(browser) {
  assert.ok((await browser.count(login.menu)) > 0, `the login page was expected, not ${await whereIs(browser)}`);
}

export async function expectChooser(browser) {
  assert.ok((await browser.count(chooser.option)) > 0, `the chooser was expected, not ${await whereIs(browser)}`);
}

export async function expectProvider(browser, address) {
  assert.ok(browser.url().startsWith(address), `the identity provider was expected, not ${await whereIs(browser)}`);
}

export async function expectPortal(browser, demo, name) {
  assert.ok(browser.url().startsWith(demo.portal(name)), `the portal '${name}' was expected, not ${await whereIs(browser)}`);
}

/** The claims a portal holds for this browser, from the tokens it verified itself. */
export async function claimsOf(browser, demo, name) {
  const held = await browser.json(`${demo.portal(name)}claims`);
  assert.ok(held, `somebody is signed in at the portal '${name}'`);
  return { ...held.id_token, ...held.userinfo };
}

/** Nobody is signed in at the portal. */
export async function expectNobody(browser, demo, name) {
  const held = await browser.json(`${demo.portal(name)}claims`);
  assert.equal(held, null, `nobody is signed in at the portal '${name}'`);
}

export function expectPerson(claims, person, number = 2) {
  assert.equal(claims.given_name, person.given);
  assert.equal(claims.family_name, person.family);
  assert.equal(claims[FISCAL_NUMBER], person.fiscalNumber);
  assert.equal(claims.acr, level(number));
}

/** The claims speak for exactly one organisation, whose name contains `name`, with at least one role (unless the party has none). */
export function expectOrganisation(claims, name, { withRole = true } = {}) {
  const members = Object.values(claims.organization ?? {});
  assert.equal(members.length, 1, 'a token speaks for exactly one organisation');
  const [organisation] = members;
  assert.ok(organisation.name.includes(name), `the organisation is ${name}, not ${organisation.name}`);
  assert.equal(claims.org_id, organisation.id, 'org_id repeats the id of the organisation');
  if (withRole) assert.ok(claims.roles.length > 0, 'the claims carry a role');
  assert.deepEqual(organisation.roles ?? [], claims.roles ?? [], 'roles repeats the roles in the organisation');
  return organisation;
}

export function expectSelf(claims) {
  for (const claim of ['organization', 'org_id', 'roles']) assert.ok(!(claim in claims), `acting for oneself, '${claim}' is absent`);
}

async function whereIs(browser) {
  return `${browser.url().split('?')[0]} “${(await browser.text()).slice(0, 200)}”`;
}
