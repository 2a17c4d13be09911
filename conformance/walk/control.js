// A page that is broken on purpose: if nothing is found here, nothing was looked for.

import http from 'node:http';

const PAGE = `<!doctype html>
<html><head><meta charset="utf-8"><title>Control</title></head>
<body><main><h1>Control</h1>
<img src="/picture.svg">
<form><input type="text" name="nameless"></form>
<p style="color: #bbb; background: #fff">Pale text on white</p>
<script>window.ran = true;</script>
</main></body></html>`;

/** Rules of axe-core that must catch it. */
export const EXPECTED_RULES = ['html-has-lang', 'image-alt', 'label'];

export async function serveControl() {
  const server = http.createServer((request, response) => {
    if (request.url !== '/') return response.writeHead(404).end();
    response.writeHead(200, {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'",
    });
    return response.end(PAGE);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}
