// Where the relying parties live on the web: answers arrive here, and what they publish is fetched from here.

import http from 'node:http';
import https from 'node:https';

export class Lodge {
  /** On a port of the loopback interface, and with a `certificate` (`{ cert, key }`) on another one over TLS; 0: any that is free. */
  static async open({ port = 0, certificate, securePort = 0 } = {}) {
    const lodge = new Lodge();
    /** By path: `{ type, body, status }`, or a function of the request's body that gives that. */
    lodge.published = new Map();
    /** Every request that came: method, path, query, body. */
    lodge.visits = [];
    const answer = (request, response) => lodge.#answer(request, response);
    lodge.servers = [];
    const listen = async (server, at) => {
      await new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
      lodge.servers.push(server);
      return server.address().port;
    };
    lodge.address = `http://127.0.0.1:${await listen(http.createServer(answer), port)}`;
    if (certificate) lodge.secure = `https://localhost:${await listen(https.createServer(certificate, answer), securePort)}`;
    return lodge;
  }

  close() {
    for (const server of this.servers) {
      server.close();
      server.closeAllConnections();
    }
  }

  /** Publishes a document; its address, where it goes over TLS. */
  publishSecurely(path, ...document) {
    this.publish(path, ...document);
    return `${this.secure}${path}`;
  }

  /** Publishes a document; its address. */
  publish(path, body, type = 'application/json', status = 200) {
    const text = typeof body === 'string' || Buffer.isBuffer(body) || typeof body === 'function' ? body : JSON.stringify(body);
    this.published.set(path, { body: text, type, status });
    return `${this.address}${path}`;
  }

  /** What came to a path, waiting for the first of it. */
  async visitsTo(path, within = 10_000) {
    const late = Date.now() + within;
    for (;;) {
      const found = this.visits.filter((visit) => visit.path === path);
      if (found.length > 0 || Date.now() > late) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async #answer(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const visit = { method: request.method, path: request.url.split('?')[0], query: new URLSearchParams(request.url.split('?')[1]), headers: request.headers, body: Buffer.concat(parts).toString() };
    this.visits.push(visit);
    const { body, type, status } = this.published.get(visit.path) ?? { body: '<!doctype html><title>Relying party</title>', type: 'text/html', status: 200 };
    response.writeHead(status, { 'content-type': type });
    response.end(typeof body === 'function' ? body(visit) : body);
  }
}
