// Bad input at every endpoint: the RFC's error, no 500, nothing that hangs.

import assert from 'node:assert/strict';
import net from 'node:net';
import { call } from '../lib/wire.js';

const FORM = 'application/x-www-form-urlencoded';
/** More than a form may be (64 KiB). */
const TOO_LONG = 70_000;
/** Broken in ways that a browser never sends. */
const ENCODINGS = ['%', '%zz', '%f', '%FF%FE', '%C0%AF', '%ED%A0%80', '%00', 'a%00b', '%F4%90%80%80', '\u0080', '+%2B', '&&&', '=', '=x', 'a=b=c'];

export async function attackInput({ suite, plan, demo }) {
  const { metadata, issuer } = plan.provider;
  const of = (names) => names.map((name) => metadata[`${name}_endpoint`]).filter(Boolean);
  /** Called by machines with a form, and by whom it has to be said. */
  const machines = of(['token', 'introspection', 'revocation', 'pushed_authorization_request', 'device_authorization']);
  const browsers = [...of(['authorization', 'end_session']), `${issuer}/login`, `${issuer}/login/continue`, `${issuer}/login/choose`, `${issuer}/logout/confirm`, `${issuer}/account`];
  const everything = [...machines, ...browsers, ...of(['userinfo', 'registration']), metadata.jwks_uri, `${issuer}/.well-known/openid-configuration`];
  const basic = `Basic ${Buffer.from(`${plan.client.id}:${plan.client.secret}`).toString('base64')}`;
  const post = (url, body, headers = {}) => call(url, { method: 'POST', body, headers: { 'content-type': FORM, authorization: basic, ...headers } });

  /** Refused as OAuth has it. */
  const isError = (answer, what, words = ['invalid_request', 'invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_grant', 'invalid_dpop_proof']) => {
    assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    if (answer.status === 413) return;
    assert.ok(words.includes(answer.error()), `${what}: ${answer.text.slice(0, 200)}`);
    assert.match(answer.header('cache-control') ?? '', /no-store/, what);
  };
  const isCalm = (answer, what) => assert.ok(answer.status < 500, `${what}: ${answer.status}`);

  await suite.check('bad input: parameters repeated', async () => {
    for (const url of machines) {
      // What an endpoint reads; unknown parameters are ignored, once or twice (RFC 6749 §3.2).
      for (const name of url === metadata.token_endpoint ? ['grant_type', 'refresh_token', 'scope', 'client_id', 'client_assertion'] : ['client_id', 'client_assertion']) {
        isError(await post(url, `grant_type=refresh_token&refresh_token=x&token=x&${name}=a&${name}=b`), `${url} ${name}`, ['invalid_request', 'invalid_client']);
      }
    }
    for (const name of ['client_id', 'redirect_uri', 'state', 'scope', 'nonce', 'response_type', 'code_challenge', 'prompt', 'request_uri']) {
      const url = new URL(plan.client.at(plan.client.request({ prompt: 'none' }).parameters));
      url.searchParams.append(name, url.searchParams.get(name) ?? 'x');
      url.searchParams.append(name, 'x');
      const seen = await plan.follow(url.href);
      assert.ok(seen.arrival ? seen.arrival.answer.get('error') === 'invalid_request' : seen.page.status === 400, name);
    }
  });

  await suite.check('bad input: too long', async () => {
    const long = 'x'.repeat(TOO_LONG);
    for (const url of machines) {
      for (const name of ['grant_type', 'code', 'client_id', 'token', 'nobody-knows-it']) {
        const answer = await post(url, `${name}=${long}`);
        isError(answer, `${url} ${name}`);
      }
      isError(await post(url, Array.from({ length: 5_000 }, (_, index) => `p${index}=x`).join('&')), `${url}: 5000 parameters`);
      isError(await post(url, '', { authorization: `Basic ${Buffer.from(`${'x'.repeat(20_000)}:y`).toString('base64')}` }), `${url}: a long name`);
    }
    for (const name of ['state', 'nonce', 'scope', 'login_hint', 'claims', 'acr_values', 'ui_locales', 'id_token_hint', 'client_id']) {
      for (const length of [5_000, 30_000]) {
        const url = new URL(plan.client.at(plan.client.request({ prompt: 'none' }).parameters));
        url.searchParams.set(name, 'x'.repeat(length));
        isCalm(await call(url.href), `${name}: ${length}`);
      }
    }
    for (const url of browsers) {
      isCalm(await call(url, { method: 'POST', body: `login=${long}`, headers: { 'content-type': FORM } }), url);
      isCalm(await call(`${url}?login=${'x'.repeat(20_000)}`), url);
      isCalm(await call(url, { headers: { cookie: `varco_session=${'x'.repeat(20_000)}` } }), url);
    }
  });

  await suite.check('bad input: wrongly encoded', async () => {
    for (const bad of ENCODINGS) {
      for (const url of machines) {
        const answer = await post(url, `grant_type=authorization_code&code=${bad}&token=${bad}&${bad}`);
        isCalm(answer, `${url} ${bad}`);
        if (answer.status >= 400) isError(answer, `${url} ${bad}`);
        isError(await post(url, 'grant_type=x&token=x', { authorization: `Basic ${bad}` }), `${url} Basic ${bad}`);
      }
      for (const url of browsers) {
        isCalm(await raw(issuer, `GET ${new URL(url).pathname}?login=${encodeURI(bad).replaceAll('%25', '%')}&state=${encodeURI(bad).replaceAll('%25', '%')} HTTP/1.1`), `${url} ${bad}`);
        isCalm(await call(url, { method: 'POST', body: `login=${bad}`, headers: { 'content-type': FORM } }), `${url} ${bad}`);
      }
    }
    for (const url of machines) {
      isCalm(await post(url, Buffer.from([0xff, 0xfe, 0x00, 0x3d, 0x80])), `${url}: no text`);
    }
  });

  await suite.check('bad input: wrong content types', async () => {
    const bodies = {
      'application/json': '{"grant_type":"refresh_token"}',
      'multipart/form-data; boundary=x': '--x\r\ncontent-disposition: form-data; name="grant_type"\r\n\r\nrefresh_token\r\n--x--',
      'text/plain': 'grant_type=refresh_token',
      'application/xml': '<grant_type/>',
      'application/x-www-form-urlencoded; charset=utf-16': 'grant_type=refresh_token',
      '': 'grant_type=refresh_token&refresh_token=x&token=x',
      'nonsense': 'x',
    };
    for (const url of machines) {
      for (const [type, body] of Object.entries(bodies)) {
        const answer = await post(url, body, { 'content-type': type });
        isCalm(answer, `${url} ${type}`);
        if (!type.startsWith(FORM)) assert.ok(answer.status >= 400, `${url} ${type}: ${answer.status}`);
      }
    }
    for (const url of browsers) {
      for (const [type, body] of Object.entries(bodies)) isCalm(await call(url, { method: 'POST', body, headers: { 'content-type': type } }), `${url} ${type}`);
    }
  });

  await suite.check('bad input: wrong methods', async () => {
    for (const url of everything) {
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'VARCO']) {
        const answer = await call(url, { method });
        isCalm(answer, `${method} ${url}`);
        if (answer.status === 405) assert.ok(answer.header('allow'), `${method} ${url} says what is allowed`);
        if (machines.includes(url) && !['OPTIONS'].includes(method)) assert.equal(answer.status, 405, `${method} ${url}`);
      }
    }
  });

  await suite.check('bad input: headers twice, or none that make sense', async () => {
    for (const url of [...machines, ...of(['userinfo'])]) {
      for (const authorization of ['', 'Basic', 'Basic ', 'Bearer', 'Bearer ', 'Bearer a b', 'Digest x', 'basic x', `Basic ${'='.repeat(100)}`, 'DPoP x', 'Bearer \u00e9', 'Negotiate abc']) {
        const answer = await call(url, { method: 'POST', body: 'grant_type=x&token=x', headers: { 'content-type': FORM, authorization } });
        assert.ok(answer.status >= 400 && answer.status < 500, `${url} '${authorization}': ${answer.status}`);
        if (answer.status === 401) assert.ok(answer.header('www-authenticate'), `${url} '${authorization}' says how (RFC 9110 §11.6.1)`);
      }
      const twice = await call(url, { method: 'POST', body: 'grant_type=x&token=x', headers: { 'content-type': FORM, authorization: [basic, basic] } });
      assert.ok(twice.status >= 400 && twice.status < 500, `${url}: ${twice.status}`);
      for (const dpop of ['', 'x', 'a.b.c', 'x'.repeat(20_000), ['a.b.c', 'a.b.c']]) {
        const answer = await post(url, 'grant_type=refresh_token&refresh_token=x&token=x', { dpop });
        isCalm(answer, `${url} DPoP ${String(dpop).slice(0, 20)}`);
      }
    }
  });

  await suite.check('bad input: what is no HTTP', async () => {
    const lines = [
      'GET / HTTP/9.9', 'GET  /', 'nonsense', '\u0000\u0001\u0002', 'GET /authorize HTTP/1.1\r\nHost: a\r\nHost: b', `GET /${'x'.repeat(100_000)} HTTP/1.1`,
      'POST /token HTTP/1.1\r\nContent-Length: -1', 'POST /token HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked', 'POST /token HTTP/1.1\r\nContent-Length: 99999999999999999999',
    ];
    for (const line of lines) isCalm(await raw(issuer, line), line.slice(0, 60));
    assert.ok(await demo.isReady(), 'and the service goes on');
  });
}

/** Sends bytes as they are, and reads the status that comes back; a connection that is closed says 400 without words. */
function raw(issuer, head) {
  const { hostname, port } = new URL(issuer);
  return new Promise((resolve) => {
    let said = '';
    const socket = net.connect(Number(port), hostname, () => socket.write(`${head}\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`, 'latin1'));
    const end = () => {
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(said)?.[1] ?? 400) });
    };
    socket.on('data', (data) => (said += data));
    socket.on('end', end);
    socket.on('error', end);
    socket.setTimeout(10_000, () => {
      socket.destroy();
      resolve({ status: 599 });
    });
  });
}
