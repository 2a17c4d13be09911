// Attacks 33 and 49: answers go to registered addresses and nowhere else.

import assert from 'node:assert/strict';
import { Citizen } from '../lib/citizen.js';

/** Addresses that look like the registered one to some parser. */
function lookalikes(registered) {
  const { host, hostname, port } = new URL(registered);
  return [
    `${registered}/`, `${registered}/more`, `${registered}?added=1`, `${registered}#fragment`, `${registered}%2f..`, `${registered}/..;/`,
    registered.slice(0, -1), registered.toUpperCase(), registered.replace('http:', 'HTTP:'), registered.replace('http:', 'https:'),
    registered.replace(`:${port}`, ''), registered.replace(`:${port}`, `:${Number(port) + 1}`), registered.replace(hostname, 'localhost'),
    registered.replace(host, `evil.example/${host}`), registered.replace(host, `${host}.evil.example`), registered.replace(host, `sub.${host}`),
    registered.replace(host, `${host}@evil.example`), registered.replace(host, `a@b@${host}`), registered.replace(host, `user:secret@${host}`),
    registered.replace('http://', 'http:\\\\'), registered.replace('http://', '//'), registered.replace('http://', 'http:///'), `//evil.example`,
    registered.replace(host, `${host}\\.evil.example`), registered.replace(host, 'xn--lcalhost-o1a.example'), registered.replace('127.0.0.1', '127.1'),
    registered.replace('127.0.0.1', '2130706433'), registered.replace('callback', '*'), registered.replace('callback', './callback'), ` ${registered}`,
    `${registered} `, `${registered}\t`, `${registered}\u0000`, `${registered}\r\nlocation: https://evil.example`, 'javascript:alert(1)',
    'DATA:text/html,<script>alert(1)</script>', 'urn:ietf:wg:oauth:2.0:oob', 'https://evil.example/callback', 'null', '',
  ];
}

export async function attackAddresses({ suite, plan }) {
  await suite.check('attack 33: an address that only looks registered gets a page, never a redirect', async () => {
    for (const mode of [undefined, 'form_post', 'fragment']) {
      for (const redirect_uri of lookalikes(plan.client.redirectUri)) {
        const authorised = await plan.authorise({ redirect_uri, response_mode: mode });
        plan.stopped(authorised);
        assert.ok(!authorised.citizen.html().includes('evil.example'), `the page does not echo ${redirect_uri}`);
      }
    }
  });

  await suite.check('attack 33: two addresses, or none, get a page', async () => {
    const url = new URL(plan.client.at(plan.client.request().parameters));
    url.searchParams.append('redirect_uri', 'https://evil.example/');
    plan.stopped(await plan.follow(url.href));
    plan.stopped(await plan.authorise({ redirect_uri: undefined }));
  });

  await suite.check('attack 33: the address of another portal gets a page', async () => {
    plan.stopped(await plan.authorise({ redirect_uri: plan.second.redirectUri }));
  });

  await suite.check('attack 49: what was sent comes back encoded, as one parameter, and splits no header', async () => {
    const printable = '<script>alert(1)</script>"&code=evil&iss=evil#evil';
    for (const state of [printable, `a\r\nSet-Cookie: varco_session=evil\r\n\r\n${printable}`]) {
      const authorised = await plan.authorise({ prompt: 'none', state });
      const { answer } = authorised.arrival;
      assert.ok(['login_required', 'invalid_request'].includes(answer.get('error')));
      // What is no text of RFC 6749 does not come back at all.
      assert.deepEqual(answer.getAll('state'), state === printable ? [state] : []);
      assert.deepEqual(answer.getAll('code'), []);
      assert.deepEqual(answer.getAll('iss'), [plan.provider.issuer]);
      assert.ok(!authorised.citizen.html().includes('<script>alert(1)'));
      assert.ok(!authorised.citizen.cookies.some((cookie) => cookie.value.includes('evil')));
    }
  });

  await suite.check('attack 49: no parameter of ours is an open redirect', async () => {
    const evil = 'https://evil.example/';
    const paths = ['/login', '/login/continue', '/login/choose', '/login/spid', '/logout', '/logout/offer', '/logout/upstream', '/account', '/authorize'];
    const names = ['next', 'url', 'return', 'return_to', 'redirect', 'redirect_uri', 'post_logout_redirect_uri', 'continue', 'login', 'logout', 'idp', 'request_uri', 'RelayState'];
    for (const path of paths) {
      for (const name of names) {
        const url = new URL(path, plan.provider.issuer);
        url.searchParams.set(name, evil);
        const answer = await fetch(url, { redirect: 'manual' });
        assert.ok(answer.status < 500, `${path}?${name}: ${answer.status}`);
        assert.ok(!(answer.headers.get('location') ?? '').startsWith(evil), `${path}?${name}`);
        // (The links to other languages keep the query, encoded, below our own address.)
        assert.ok(!/(href|action|url)="?=?\s*https:\/\/evil/i.test(await answer.text()), `${path}?${name} leads nowhere`);
      }
    }
  });

  await suite.check('attack 49: a browser that is sent on is sent to the registered address', async () => {
    const citizen = new Citizen();
    citizen.holdBefore = (url) => !url.startsWith(plan.provider.issuer);
    await citizen.open(plan.client.at({ ...plan.client.request().parameters, prompt: 'none' }));
    assert.ok(citizen.held.startsWith(`${plan.client.redirectUri}?`));
  });
}
