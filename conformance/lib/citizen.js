// A citizen's browser without a screen and without JavaScript: cookies with their host, path and
// SameSite, redirects, links, forms, meta refresh. It sees what the markup says and nothing else.

import { parse } from 'node-html-parser';
import { call } from './wire.js';

const MOST_REDIRECTS = 20;
/** As browsers say that they open a page; some servers ask nobody else to sign in. */
const NAVIGATES = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export class Citizen {
  constructor({ language = 'it' } = {}) {
    this.language = language;
    this.cookies = [];
    this.page = null;
    /** When set, an address that it accepts is not opened, redirected there or not; `held` is that address. */
    this.holdBefore = null;
    this.held = null;
    /** Every address asked for, with its status: what a test may look back at. */
    this.trail = [];
  }

  /** Types an address. */
  async open(url) {
    return this.#go({ method: 'GET', url, initiator: null });
  }

  url() {
    return this.page.url;
  }

  status() {
    return this.page.status;
  }

  html() {
    return this.page.html;
  }

  /** What is written on the page. */
  async text() {
    return squeeze(this.page.root.querySelector('body')?.text ?? this.page.html);
  }

  async count(selector, text) {
    return this.#find(selector, text).length;
  }

  /** Follows a link, or presses a button with the form around it. */
  async click(selector, text) {
    const element = this.#find(selector, text)[0];
    if (!element) throw new Error(`no ${selector}${text ? ` with '${text}'` : ''} on ${describe(this.page)}`);
    if (element.rawTagName.toLowerCase() === 'a') return this.#go({ method: 'GET', url: this.#absolute(element.getAttribute('href')) });
    const form = closest(element, 'form');
    if (!form) return this.page; // a summary, a menu: nothing is sent
    return this.submit(form, element);
  }

  /** Ticks a radio button or checkbox; its group loses the old one. */
  async tick(selector, text) {
    const found = this.#find(selector, text)[0];
    const input = found?.rawTagName.toLowerCase() === 'label' ? this.page.root.querySelector(`[id="${found.getAttribute('for')}"]`) ?? found.querySelector('input') : found;
    if (!input) throw new Error(`no ${selector}${text ? ` with '${text}'` : ''} on ${describe(this.page)}`);
    if (input.hasAttribute('disabled')) throw new Error(`${selector} '${text}' cannot be ticked: it is disabled`);
    for (const other of this.page.root.querySelectorAll(`input[type="radio"][name="${input.getAttribute('name')}"]`)) other.removeAttribute('checked');
    input.setAttribute('checked', '');
  }

  /** The fields a form would send. */
  fields(form, button) {
    const fields = new URLSearchParams();
    for (const field of form.querySelectorAll('input, select, textarea')) {
      const name = field.getAttribute('name');
      if (!name || field.hasAttribute('disabled')) continue;
      if (field.hasAttribute('form') && field.getAttribute('form') !== form.getAttribute('id')) continue;
      const tag = field.rawTagName.toLowerCase();
      if (tag === 'select') {
        const chosen = field.querySelector('option[selected]') ?? field.querySelector('option');
        if (chosen) fields.append(name, chosen.getAttribute('value') ?? squeeze(chosen.text));
        continue;
      }
      if (tag === 'textarea') {
        fields.append(name, field.text);
        continue;
      }
      const type = (field.getAttribute('type') ?? 'text').toLowerCase();
      if (['submit', 'image', 'button', 'reset'].includes(type)) continue;
      if (['radio', 'checkbox'].includes(type) && !field.hasAttribute('checked')) continue;
      fields.append(name, field.getAttribute('value') ?? (type === 'checkbox' ? 'on' : ''));
    }
    if (button?.getAttribute('name')) fields.append(button.getAttribute('name'), button.getAttribute('value') ?? '');
    return fields;
  }

  async submit(form, button, fields = this.fields(form, button)) {
    const method = (button?.getAttribute('formmethod') ?? form.getAttribute('method') ?? 'get').toUpperCase();
    const url = this.#absolute(button?.getAttribute('formaction') ?? form.getAttribute('action') ?? '');
    if (method === 'POST') return this.#go({ method, url, body: fields });
    const target = new URL(url);
    target.search = fields.toString();
    return this.#go({ method: 'GET', url: target.href });
  }

  /** Sends a form as a page of `origin` would. */
  async post(url, fields, origin = null) {
    return this.#go({ method: 'POST', url, body: new URLSearchParams(fields), initiator: origin });
  }

  /** What an address answers as JSON, asked with this browser's cookies and without leaving the page; null on 401 or 404. */
  async json(url) {
    const target = new URL(url);
    const headers = { accept: 'application/json' };
    const cookies = this.#cookiesFor(target, 'GET', false);
    if (cookies) headers.cookie = cookies;
    const response = await fetch(target, { headers, redirect: 'manual', signal: AbortSignal.timeout(20_000) });
    if ([401, 404].includes(response.status)) return null;
    if (response.status !== 200) throw new Error(`${target.pathname} answered ${response.status}`);
    return response.json();
  }

  /** Goes on through pages that send the browser further by themselves, up to a page that waits. */
  async settle() {
    for (let steps = 0; steps < 10; steps += 1) {
      if (this.held) return this.page;
      const refresh = this.page.root.querySelector('meta[http-equiv="refresh" i]');
      const address = refresh && /url\s*=\s*['"]?([^'"]+)/i.exec(refresh.getAttribute('content') ?? '')?.[1];
      const saml = this.page.root.querySelector('form input[name="SAMLResponse"]');
      if (address) await this.#go({ method: 'GET', url: this.#absolute(address) });
      else if (saml) await this.submit(closest(saml, 'form'), closest(saml, 'form').querySelector('button, input[type="submit"]'));
      else return this.page;
    }
    throw new Error(`the pages send the browser on and on; last ${describe(this.page)}`);
  }

  /** The fields of the page's own form that carries `name`. */
  hidden(name) {
    return this.page.root.querySelector(`input[name="${name}"]`)?.getAttribute('value') ?? null;
  }

  #find(selector, text) {
    if (!this.page) throw new Error('no page is open');
    return this.page.root.querySelectorAll(selector).filter((element) => !text || squeeze(readable(element)).includes(text));
  }

  #absolute(address) {
    return new URL(address, this.page.url).href;
  }

  async #go({ method, url, body = null, initiator = this.page && new URL(this.page.url).hostname }) {
    let crossSite = false;
    for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
      if (this.holdBefore?.(url)) {
        this.held = url;
        return this.page;
      }
      const target = new URL(url);
      crossSite ||= initiator !== null && siteOf(initiator) !== target.hostname;
      const headers = { ...NAVIGATES, 'accept-language': this.language };
      const cookies = this.#cookiesFor(target, method, crossSite);
      if (cookies) headers.cookie = cookies;
      if (method === 'POST' && initiator !== null && this.page) headers.origin = new URL(this.page.url).origin;
      const response = await call(target.href, { method, headers, body: body ?? undefined, kept: true });
      this.#keep(target, response.fields.getSetCookie());
      this.trail.push({ method, url: target.href, status: response.status });
      const location = response.header('location');
      if (REDIRECTS.has(response.status) && location) {
        url = new URL(location, target).href;
        if (![307, 308].includes(response.status)) {
          method = 'GET';
          body = null;
        }
        continue;
      }
      const html = response.text;
      this.page = { url: target.href, status: response.status, headers: response.fields, html, root: parse(html) };
      return this.page;
    }
    throw new Error(`more than ${MOST_REDIRECTS} redirects; last ${url.split('?')[0]}`);
  }

  #cookiesFor(target, method, crossSite) {
    const now = Date.now();
    return this.cookies
      .filter((cookie) => cookie.host === target.hostname && target.pathname.startsWith(cookie.path) && cookie.until > now)
      .filter((cookie) => !crossSite || cookie.sameSite === 'none' || (cookie.sameSite === 'lax' && method === 'GET'))
      .map((cookie) => `${cookie.name}=${cookie.value}`)
      .join('; ');
  }

  #keep(target, lines) {
    for (const line of lines) {
      const [pair, ...attributes] = line.split(';').map((part) => part.trim());
      const [name, ...value] = pair.split('=');
      // As browsers do, a cookie without the attribute is Lax; ports do not tell cookies apart.
      const cookie = { name, value: value.join('='), host: target.hostname, path: '/', sameSite: 'lax', until: Infinity };
      for (const attribute of attributes) {
        const [key, setting = ''] = attribute.split('=');
        if (key.toLowerCase() === 'path') cookie.path = setting || '/';
        if (key.toLowerCase() === 'samesite') cookie.sameSite = setting.toLowerCase();
        if (key.toLowerCase() === 'max-age') cookie.until = Date.now() + 1000 * Number(setting);
      }
      this.cookies = this.cookies.filter((old) => !(old.name === name && old.host === cookie.host && old.path === cookie.path));
      if (cookie.until > Date.now()) this.cookies.push(cookie);
    }
  }
}

// Ports do not make sites, and the demo's hosts are bare names and addresses.
function siteOf(host) {
  return host.includes('://') ? new URL(host).hostname : host;
}

function closest(element, tag) {
  for (let parent = element; parent; parent = parent.parentNode) if (parent.rawTagName?.toLowerCase() === tag) return parent;
  return null;
}

function readable(element) {
  const images = element.querySelectorAll('img').map((image) => image.getAttribute('alt') ?? '');
  return [element.text, ...images, element.getAttribute('aria-label') ?? '', element.getAttribute('value') ?? ''].join(' ');
}

function squeeze(text) {
  return text.replace(/&nbsp;/g, ' ').replace(/&#39;|&#x27;|&rsquo;/g, "'").replace(/&amp;/g, '&').replace(/\s+/g, ' ').trim();
}

// Without the query: it may hold codes and handles.
function describe(page) {
  return `${page.url.split('?')[0]} (${page.status})`;
}
