// Attack 38: request objects and the addresses that name them.

import assert from 'node:assert/strict';
import { newKey, now, requestObject, sign, unsigned } from '../oidc/proofs.js';

const BAD_OBJECT = ['invalid_request_object', 'request_not_supported', 'invalid_request'];
const BAD_ADDRESS = ['invalid_request_uri', 'request_uri_not_supported', 'invalid_request'];

export async function attackRequests({ suite, plan, lodge }) {
  const careful = plan.third;
  const { issuer } = plan.provider;

  /** Where a request goes that is wrong: to a page or, once the address is trusted, to the portal with one of these words. */
  const turnedDown = async (parameters, words, asked) => {
    const seen = await plan.follow(careful.at(parameters), { party: careful });
    if (!seen.arrival) return plan.stopped(seen);
    const answer = seen.arrival.answer;
    assert.ok(words.includes(answer.get('error')), `${words}, not ${answer.get('error')}`);
    assert.equal(answer.get('state'), asked?.state ?? null);
    return answer;
  };

  await suite.check('attack 38: objects that are not signed by the portal, or not for us, or not now', async () => {
    const { parameters } = careful.request();
    const at = now();
    const objects = {
      'nobody signed it': unsigned({ iss: careful.id, aud: issuer, ...parameters }),
      'another key': await requestObject(await newKey('RS256'), careful.id, issuer, parameters),
      'another portal': await requestObject(careful.key, 'portal', issuer, parameters),
      'another audience': await requestObject(careful.key, careful.id, 'https://evil.example', parameters),
      'expired': await requestObject(careful.key, careful.id, issuer, parameters, { iat: at - 900, nbf: at - 900, exp: at - 600 }),
      'a client assertion': await sign(careful.key, { iss: careful.id, sub: careful.id, aud: issuer, jti: 'x', exp: at + 60, iat: at }),
      'an object in the object': await requestObject(careful.key, careful.id, issuer, { ...parameters, request: 'x' }),
      'an address in the object': await requestObject(careful.key, careful.id, issuer, { ...parameters, request_uri: 'https://evil.example' }),
      'the address of somebody else': await requestObject(careful.key, careful.id, issuer, { ...parameters, redirect_uri: 'https://evil.example/' }),
      'another client inside': await requestObject(careful.key, careful.id, issuer, { ...parameters, client_id: 'portal' }),
      'garbage': 'a.b.c',
    };
    for (const [what, request] of Object.entries(objects)) {
      await turnedDown({ ...parameters, request }, [...BAD_OBJECT, 'unauthorized_client'], parameters).catch((error) => {
        throw new Error(`${what}: ${error.message}`);
      });
    }
  });

  await suite.check('attack 38: what stands outside a signed object does not count', async () => {
    const { parameters, verifier } = careful.request({ scope: 'openid' });
    const request = await requestObject(careful.key, careful.id, issuer, parameters);
    const { citizen, ...seen } = await plan.follow(careful.at({ client_id: careful.id, response_type: 'code', scope: 'openid profile email', request, prompt: 'none' }), { party: careful });
    assert.ok(seen.arrival, `back at the portal, not at ${citizen.url().split('?')[0]} (${citizen.status()})`);
    const code = await plan.code({ ...seen, asked: parameters, party: careful });
    const tokens = plan.granted(await careful.redeem(code, { verifier }), careful);
    assert.equal(tokens.scope, 'openid');
  });

  await suite.check('attack 38: an address that is not registered is never fetched', async () => {
    const { parameters } = careful.request();
    const object = await requestObject(careful.key, careful.id, issuer, parameters);
    const ours = lodge.publish('/attack-38-object', object, 'application/oauth-authz-req+jwt');
    for (const request_uri of [ours, 'http://169.254.169.254/latest/meta-data', `${issuer}/healthz`, 'file:///etc/passwd', 'gopher://127.0.0.1:25/', 'https://[::1]/', 'urn:example:nothing']) {
      await turnedDown({ ...parameters, request_uri }, BAD_ADDRESS, parameters);
    }
    assert.equal(lodge.visits.filter((visit) => visit.path === '/attack-38-object').length, 0, 'nobody came to fetch it');
  });

  await suite.check('attack 38: a pushed request: of another portal, made up, beside others, used once authentication was completed', async () => {
    const { parameters, verifier } = plan.client.request();
    const pushed = await plan.client.push(parameters);
    assert.equal(pushed.status, 201, pushed.text);
    const { request_uri } = pushed.json();
    const url = plan.client.at({ client_id: plan.client.id, request_uri });
    plan.stopped(await plan.follow(plan.second.at({ client_id: plan.second.id, request_uri }), { party: plan.second }));
    plan.stopped(await plan.follow(plan.client.at({ client_id: plan.client.id, request_uri: `${request_uri}x` })));
    plan.stopped(await plan.follow(plan.client.at({ request_uri })));
    // Looked at by somebody who then went away, it is still good; once somebody came back with a code, no more.
    await plan.citizen().open(url);
    const code = await plan.code({ ...(await plan.follow(url)), asked: parameters, party: plan.client });
    plan.stopped(await plan.follow(url));
    plan.granted(await plan.client.redeem(code, { verifier }));
  });

  await suite.check('attack 38: only who proves who it is may push, and only what would be good at /authorize', async () => {
    const { parameters } = plan.client.request();
    plan.refused(await plan.client.push(parameters, { authenticate: null }), 'invalid_client', 401);
    plan.refused(await plan.client.push({ ...parameters, client_id: plan.second.id }), ['invalid_request', 'invalid_client']);
    plan.refused(await plan.client.push({ ...parameters, redirect_uri: 'https://evil.example/' }), ['invalid_request', 'invalid_redirect_uri'], 400);
    plan.refused(await plan.client.push({ ...parameters, request_uri: 'urn:ietf:params:oauth:request_uri:x' }), 'invalid_request', 400);
    plan.refused(await plan.client.push({ ...parameters, response_type: 'token' }), ['unsupported_response_type', 'invalid_request'], 400);
  });
}
