// Calls of a machine, to the letter: no header that was not asked for, no redirect followed, and a client
// certificate when there is one.

import http from 'node:http';
import https from 'node:https';

const WITHIN_MS = 20_000;

/** A browser keeps its connections. */
const KEPT = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };

/** What came back. */
class Answer {
  constructor(status, headers, text) {
    Object.assign(this, { status, headers, text });
  }

  /** As `fetch` has them, for whoever needs each Set-Cookie. */
  get fields() {
    const fields = new Headers();
    for (const [name, value] of Object.entries(this.headers)) for (const one of [value].flat()) fields.append(name, one);
    return fields;
  }

  header(name) {
    const value = this.headers[name.toLowerCase()];
    return Array.isArray(value) ? value.join(', ') : (value ?? null);
  }

  json() {
    return JSON.parse(this.text);
  }

  /** `error` of an OAuth answer; null when there is none. */
  error() {
    try {
      return this.json().error ?? null;
    } catch {
      return null;
    }
  }
}

/**
 * @param {string} url
 * @param {{method?: string, headers?: object, body?: string|Buffer|URLSearchParams, certificate?: {cert: string, key: string},
 *   kept?: boolean}} request; `kept`: on a connection that may serve again
 * @returns {Promise<Answer>}
 */
export function call(url, { method = 'GET', headers = {}, body, certificate, kept = false } = {}) {
  const target = new URL(url);
  const sent = { ...headers };
  let bytes;
  if (body instanceof URLSearchParams) {
    bytes = Buffer.from(body.toString());
    sent['content-type'] ??= 'application/x-www-form-urlencoded';
  } else if (body !== undefined) {
    bytes = Buffer.from(body);
  }
  if (bytes) sent['content-length'] = bytes.length;
  const options = { method, headers: sent, agent: kept && KEPT[target.protocol], timeout: WITHIN_MS, ...certificate };
  return new Promise((resolve, reject) => {
    const request = (target.protocol === 'https:' ? https : http).request(target, options, (response) => {
      const parts = [];
      response.on('data', (part) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => resolve(new Answer(response.statusCode, response.headers, Buffer.concat(parts).toString())));
    });
    request.on('timeout', () => request.destroy(new Error(`${target.pathname} did not answer in time`)));
    request.on('error', reject);
    request.end(bytes);
  });
}
