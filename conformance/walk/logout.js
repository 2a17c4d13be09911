// Signing out at the identity provider as well: a session of level 1, ended from here and from there.

import assert from 'node:assert/strict';
import { deflateRawSync } from 'node:zlib';
import { PEOPLE, expectLogin, expectProvider, signIn } from '../lib/journey.js';
import { logout, provider } from './selectors.js';

export async function walkLogout(world) {
  const { demo, watch } = world;

  /** On the account page, signed in at level 1. */
  async function signedIn(size) {
    const citizen = await world.browser({ size });
    await citizen.open(`${demo.issuer}/login/spid?idp=${encodeURIComponent(demo.identityProvider)}&level=1`);
    await citizen.settle();
    await signIn(citizen, PEOPLE.giulia);
    assert.equal(new URL(citizen.url()).pathname, '/account');
    return citizen;
  }

  /** "Esci", and yes. */
  async function leave(citizen) {
    await citizen.open(`${demo.issuer}/logout`);
    await citizen.click(logout.confirm);
    await citizen.settle();
  }

  async function nobodyIsIn(citizen) {
    await citizen.open(`${demo.issuer}/account`);
    await citizen.settle();
    await expectLogin(citizen);
  }

  for (const [verdict, size, words] of [
    ['complete', 'desktop', 'È terminato anche l’accesso presso'],
    ['partial', 'phone', 'non ha potuto chiudere tutti gli accessi'],
  ]) {
    await world.check(`single logout from here, ${verdict}, ${size}: the session here ends first, the other when the citizen wants`, async () => {
      const citizen = await signedIn(size);
      await leave(citizen);
      assert.equal(new URL(citizen.url()).pathname, '/logout/offer');
      await watch.look(citizen, 'logout-offer', size);
      const offer = citizen.url();
      await nobodyIsIn(citizen);
      await citizen.open(offer);
      await citizen.click(logout.upstream);
      await citizen.settle();
      await expectProvider(citizen, demo.identityProvider);
      await watch.look(citizen, 'provider-leave', size);
      await citizen.click(provider.leave(verdict));
      await citizen.settle();
      assert.ok(citizen.url().startsWith(demo.issuer), 'the citizen is back');
      assert.ok((await citizen.text()).includes(words), `the page says “${words}”`);
      await watch.look(citizen, `logout-${verdict}`, size);
    });
  }

  await world.check('an identity provider that answers nothing keeps nobody: the page before leads on', async () => {
    const citizen = await signedIn('desktop');
    await leave(citizen);
    const offer = citizen.url();
    await citizen.click(logout.upstream);
    await citizen.settle();
    await citizen.click(provider.leave('silent'));
    await citizen.settle();
    await expectProvider(citizen, demo.identityProvider);
    await citizen.page.goBack();
    await citizen.page.goBack();
    assert.equal(citizen.url(), offer);
    assert.equal(await citizen.count(logout.upstream), 1);
  });

  for (const byPost of [false, true]) {
    await world.check(`single logout from the identity provider, by ${byPost ? 'POST' : 'Redirect'}: the session here is over`, async () => {
      const citizen = await signedIn('desktop');
      await citizen.open(`${demo.identityProvider}/`);
      await watch.look(citizen, 'provider-session', 'desktop');
      await citizen.click(provider.leaveAll(byPost));
      await citizen.settle();
      await expectProvider(citizen, demo.identityProvider);
      assert.ok((await citizen.text()).includes('Tutti i servizi hanno confermato'), await citizen.text());
      await nobodyIsIn(citizen);
    });
  }

  await world.check('a forged logout message: a page that says so, and nobody is signed out', async () => {
    for (const size of ['desktop', 'phone']) {
      const citizen = await signedIn(size);
      const answer = await citizen.open(`${demo.issuer}/saml/spid/slo?SAMLRequest=${encodeURIComponent(FORGED)}&RelayState=https%3A%2F%2Fevil.example%2F`);
      assert.equal(answer.status(), 403);
      assert.ok(!(await citizen.page.content()).includes('evil.example'), 'the page does not echo what a stranger sent');
      await watch.look(citizen, 'logout-refused', size);
      await citizen.open(`${demo.issuer}/account`);
      assert.equal(new URL(citizen.url()).pathname, '/account');
    }
  });
}

/** A LogoutRequest of nobody, unsigned: DEFLATE and base64. */
const FORGED = deflateRawSync(
  '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_x" Version="2.0"><saml:Issuer>https://nobody.example/</saml:Issuer></samlp:LogoutRequest>',
).toString('base64');
