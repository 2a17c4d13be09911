// A citizen follows an authorisation request, does what the pages ask, and comes back to the relying party or does not.

import assert from 'node:assert/strict';
import { PEOPLE, pickProvider, refuse as giveUp, signIn } from '../lib/journey.js';
import { chooser, consent, error, login, posted } from '../walk/selectors.js';

const MOST_PAGES = 8;
/** SPID's code for a citizen who gives up at the identity provider. */
const GAVE_UP = 25;

/**
 * What was seen on the way: `shown` (login, chooser, consent), and either `arrival`, the parameters that the relying
 * party got, or `page`, where the citizen was left standing.
 */
export async function visit(citizen, party, url, { person = PEOPLE.giulia, method = 'GET', fields, refuse = false, identityProvider, stopAt } = {}) {
  const shown = [];
  await (method === 'GET' ? citizen.open(url) : citizen.post(url, fields));
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    await citizen.settle();
    const arrival = await arrived(citizen, party);
    if (arrival) return { shown, arrival, citizen };
    const here = await which(citizen);
    if (here) shown.push(here);
    if (!here || here === stopAt) return { shown, page: citizen.page, citizen };
    if (here === 'login') {
      await pickProvider(citizen, identityProvider);
      if (refuse) {
        await giveUp(citizen, GAVE_UP);
        await citizen.click(error.back, error.backText);
      } else {
        await signIn(citizen, person);
      }
    } else if (here === 'chooser') {
      await citizen.tick(chooser.label);
      await citizen.click(chooser.submit);
    } else {
      await citizen.click(refuse ? consent.refuse : consent.accept);
    }
  }
  throw new Error(`no end of pages; last ${citizen.url().split('?')[0]}`);
}

async function which(citizen) {
  if (await citizen.count(login.menu)) return 'login';
  if (await citizen.count(consent.accept)) return 'consent';
  if (await citizen.count(chooser.option)) return 'chooser';
  return null;
}

/** The answer, however it travels; null while the citizen is elsewhere. */
async function arrived(citizen, party) {
  const form = citizen.page.root.querySelector(posted.form);
  const action = form?.getAttribute('action');
  if (action && party.owns(action)) {
    assert.equal(form.getAttribute('method').toLowerCase(), 'post', 'the answer is posted');
    return { by: 'form_post', to: action, answer: citizen.fields(form) };
  }
  if (!party.owns(citizen.url())) return null;
  const at = new URL(citizen.url());
  if (at.hash) return { by: 'fragment', to: at, answer: new URLSearchParams(at.hash.slice(1)) };
  return { by: 'query', to: at, answer: at.searchParams };
}
