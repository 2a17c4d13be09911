// Attack 37: a client that is not who it says.

import { newKey, now, fresh, sign, unsigned } from '../oidc/proofs.js';

export async function attackClients({ suite, plan }) {
  const careful = plan.third;
  const audience = plan.provider.issuer;
  /** Nobody has this code, so only who asks is judged: `invalid_client` before `invalid_grant`. */
  const ask = (assertion) => careful.redeem('no-such-code', { verifier: 'x'.repeat(43), assertion });

  await suite.check('attack 37: a good assertion gets as far as the code', async () => {
    plan.refused(await ask({}), 'invalid_grant', 400);
  });

  await suite.check('attack 37: assertions that are wrong in one way', async () => {
    const at = now();
    const wrong = {
      'another audience': { audience: 'https://evil.example' },
      'an attacker among the audiences': { audience: [audience, 'https://evil.example'] },
      'no audience': { claims: { aud: undefined } },
      'no sub': { claims: { sub: undefined } },
      'another sub': { claims: { sub: 'portal' } },
      'no iss': { claims: { iss: undefined } },
      'another iss': { claims: { iss: 'portal' } },
      'no exp': { claims: { exp: undefined } },
      'expired': { claims: { exp: at - 120, iat: at - 240, nbf: at - 240 } },
      'good for ten years': { claims: { exp: at + 10 * 365 * 86_400 } },
      'not good yet': { claims: { nbf: at + 3600 } },
      'made tomorrow': { claims: { iat: at + 86_400 } },
      'no jti': { claims: { jti: undefined } },
      'the key of nobody': { key: { ...(await newKey('RS256', { kid: careful.key.private.kid })) } },
      'an unknown kid': { header: { kid: 'nobody' } },
      'a kid that is a path': { header: { kid: '../../etc/passwd' } },
      'a key that comes with it': { key: await newKey('RS256'), header: { jwk: careful.key.public, jku: 'https://evil.example/jwks' } },
      'critical parts that are unknown': { header: { crit: ['evil'], evil: true } },
    };
    for (const [what, assertion] of Object.entries(wrong)) {
      const answer = await ask(assertion).catch((error) => {
        throw new Error(`${what}: ${error.message}`);
      });
      try {
        plan.refused(answer, ['invalid_client', 'invalid_request'], [400, 401]);
      } catch (error) {
        throw new Error(`${what}: ${error.message}`);
      }
    }
  });

  const sent = (client_assertion, fields = {}) =>
    careful.redeem('no-such-code', {
      verifier: 'x'.repeat(43),
      authenticate(form) {
        form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        form.set('client_assertion', client_assertion);
        for (const [name, value] of Object.entries(fields)) form.set(name, value);
      },
    });
  const claims = () => ({ iss: careful.id, sub: careful.id, aud: audience, jti: fresh(), iat: now(), exp: now() + 60 });

  await suite.check('attack 37: signed by nobody, or by the public key as if it were a secret', async () => {
    plan.refused(await sent(unsigned(claims())), 'invalid_client');
    for (const alg of ['None', 'NONE', 'nOnE', '']) plan.refused(await sent(unsigned(claims(), { alg })), 'invalid_client');
    for (const secret of [careful.key.public.n, JSON.stringify(careful.key.public)]) {
      const k = Buffer.from(secret).toString('base64url');
      plan.refused(await sent(await sign({ alg: 'HS256', private: { kty: 'oct', k, kid: careful.key.private.kid } }, claims())), 'invalid_client');
    }
    for (const garbage of ['', '.', '..', 'a.b.c', 'e30.e30.', `${'a'.repeat(20_000)}.b.c`]) plan.refused(await sent(garbage), ['invalid_client', 'invalid_request']);
  });

  await suite.check('attack 37: an assertion is good once, at any endpoint', async () => {
    const jwt = await sign(careful.key, claims());
    plan.refused(await sent(jwt), 'invalid_grant', 400);
    plan.refused(await sent(jwt), 'invalid_client');
    const elsewhere = await careful.ask('introspection', { token: 'x' }, {
      authenticate(form) {
        form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
        form.set('client_assertion', jwt);
      },
    });
    plan.refused(elsewhere, 'invalid_client');
  });

  await suite.check('attack 37: two ways of saying who one is are one too many, and so is a secret where a signature is registered', async () => {
    const jwt = await sign(careful.key, claims());
    plan.refused(await sent(jwt, { client_secret: 'x'.repeat(40) }), ['invalid_client', 'invalid_request']);
    plan.refused(await sent(await sign(careful.key, claims()), { client_id: 'portal' }), ['invalid_client', 'invalid_request']);
    const basic = `Basic ${Buffer.from(`${careful.id}:${'x'.repeat(40)}`).toString('base64')}`;
    const answer = await careful.redeem('no-such-code', { verifier: 'x'.repeat(43), authenticate: (_, headers) => (headers.authorization = basic) });
    plan.refused(answer, 'invalid_client', 401);
  });

  await suite.check('attack 37: a secret: wrong, of another client, in the address, of a client that has none', async () => {
    const { client: portal, second } = plan;
    const with_ = (id, secret) => portal.redeem('no-such-code', {
      verifier: 'x'.repeat(43),
      authenticate: (_, headers) => (headers.authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`),
    });
    for (const [id, secret] of [[portal.id, 'wrong'], [portal.id, second.secret], [portal.id, ''], ['public', ''], ['public', 'x'], ['nobody', 'x'], ['', '']]) {
      plan.refused(await with_(id, secret), ['invalid_client', 'invalid_request']);
    }
  });
}
