// pages: the gallery of src/pages/gallery.rs in Chromium, on a desk and on a phone. What no citizen may see, on any page.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { Suite } from '../lib/suite.js';
import { Watch } from '../walk/watch.js';
import { SIZES, World, openChromium } from '../walk/world.js';

const TYPES = {
  '.css': 'text/css', '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** The service's own policy, so that a page which breaks it is noticed (src/web/headers.rs). */
const POLICY = "default-src 'none'; img-src 'self' data:; style-src 'self'; script-src 'self'; font-src 'self'; connect-src 'self'";

const suite = new Suite('pages');
const folder = process.env.VARCO_GALLERY;

await suite.run(async () => {
  const samples = (await readdir(folder)).filter((file) => file.endsWith('-it.html')).map((file) => file.slice(0, -'.html'.length));
  await suite.check(`there are samples (${samples.length})`, () => assert.ok(samples.length > 90));
  const gallery = await serve();
  const chromium = await openChromium();
  const watch = new Watch(suite.report);
  try {
    await watch.clear();
    const world = new World({ suite, watch, chromium });
    for (const size of Object.keys(SIZES)) {
      await world.check(`every sample on a ${size}`, () => lookAtAll(world, gallery, samples, size));
    }
    await nothingUnwantedWasSeen(watch);
  } finally {
    await chromium.close();
    gallery.close();
  }
});

async function lookAtAll(world, gallery, samples, size) {
  const visitor = await world.browser({ size });
  // Pages that send themselves off stay where they can be looked at.
  await visitor.context.route('**', (route) =>
    route.request().url().startsWith(gallery.url) ? route.continue() : route.fulfill({ status: 204 }));
  for (const sample of samples) {
    const answer = await visitor.page.goto(`${gallery.url}${sample}.html`, { waitUntil: 'commit' });
    assert.equal(answer.status(), 200, sample);
    await visitor.page.waitForFunction(() => document.readyState === 'complete');
    await world.watch.look(visitor, sample, size);
  }
}

async function nothingUnwantedWasSeen(watch) {
  suite.facts.looks = watch.looks;
  suite.facts.barriers = watch.barriers;
  const none = (what, found, show = String) =>
    suite.check(`${what}: 0`, () => assert.equal(found.length, 0, `\n${found.map(show).join('\n')}`));
  await none('violations found by axe-core', watch.barriers, (one) => `${one.look}: ${one.rule} [${one.impact}] ${one.nodes.join(' | ')}`);
  await none('violations of the content security policy', watch.policy);
  await none('errors in scripts', watch.scripts);
  await none('pages wider than the window', watch.wide);
}

/** The folder, over the loopback interface: files cannot load fonts. */
async function serve() {
  const server = createServer(async (request, response) => {
    const file = path.join(folder, path.normalize(new URL(request.url, 'http://localhost').pathname));
    try {
      const body = await readFile(file);
      response.writeHead(200, {
        'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream', 'content-security-policy': POLICY,
      });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
