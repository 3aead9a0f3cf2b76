#!/usr/bin/env node
// Opens an HTML report in headless Chromium and fails on any console message, any request, or a click that leads nowhere.
// Usage: node scripts/check-html.mjs REPORT.html [--screenshot FILE.png] [--dark] [--print] [--size WxH] [--at FRAGMENT]
// Without Chromium it says so and succeeds: the page's other properties are tested without a browser.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    screenshot: { type: 'string' },
    dark: { type: 'boolean' },
    print: { type: 'boolean' },
    size: { type: 'string', default: '1400x2000' },
    at: { type: 'string' },
  },
});
const file = positionals[0];
if (file === undefined) {
  console.error('usage: check-html.mjs REPORT.html [--screenshot FILE.png] [--dark] [--print] [--size WxH] [--at FRAGMENT]');
  process.exit(2);
}
const browser = ['chromium', 'chromium-browser', 'google-chrome'].find((name) => spawnSync(name, ['--version']).status === 0);
if (browser === undefined) {
  console.log('check-html: no Chromium here, nothing checked');
  process.exit(0);
}

/** A minimal DevTools client over the browser's own pipe (file descriptors 3 and 4, messages end in NUL). */
function launch(profile) {
  const child = spawn(
    browser,
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--remote-debugging-pipe',
      `--user-data-dir=${profile}`,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const pending = new Map();
  const listeners = [];
  let last = 0;
  let rest = '';
  child.stdio[4].setEncoding('utf8').on('data', (chunk) => {
    const parts = (rest + chunk).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const message = JSON.parse(part);
      if (message.id === undefined) for (const listener of listeners) listener(message);
      else if (message.error) pending.get(message.id)?.reject(new Error(message.error.message));
      else pending.get(message.id)?.resolve(message.result);
    }
  });
  const send = (method, params = {}, sessionId) =>
    new Promise((resolvePromise, reject) => {
      last += 1;
      pending.set(last, { resolve: resolvePromise, reject });
      child.stdio[3].write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    });
  return { child, send, on: (listener) => listeners.push(listener) };
}

const profile = mkdtempSync(join(tmpdir(), 'inquest-html-'));
const { child, send, on } = launch(profile);
const complaints = [];
const url = pathToFileURL(resolve(file)).href;
const giveUp = setTimeout(() => {
  console.error('check-html: the browser did not answer within a minute');
  child.kill();
  process.exit(1);
}, 60_000);
try {
  const { targetId } = await send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const call = (method, params) => send(method, params, sessionId);
  const loaded = new Promise((done) => on((m) => m.method === 'Page.loadEventFired' && done()));
  on(({ method, params }) => {
    if (method === 'Runtime.exceptionThrown') complaints.push(`exception: ${params.exceptionDetails.exception?.description ?? params.exceptionDetails.text}`);
    if (method === 'Runtime.consoleAPICalled') complaints.push(`console.${params.type}`);
    if (method === 'Log.entryAdded') complaints.push(`${params.entry.source}: ${params.entry.text}`);
    if (
      method === 'Network.requestWillBeSent' &&
      params.request.url !== url &&
      !params.request.url.startsWith(`${url}#`) &&
      !params.request.url.startsWith('data:')
    )
      complaints.push(`request: ${params.request.url}`);
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Accessibility']) await call(`${domain}.enable`);
  const [width, height] = values.size.split('x').map(Number);
  await call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  if (values.dark && !values.print) await call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
  await call('Page.navigate', { url });
  await loaded;
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  complaints.push(...(await evaluate(`(${inPage.toString()})()`)));
  const { nodes } = await call('Accessibility.getFullAXTree');
  for (const node of nodes) {
    const role = node.role?.value;
    if (['link', 'button', 'combobox', 'searchbox', 'region', 'navigation', 'image'].includes(role) && !node.ignored && (node.name?.value ?? '') === '')
      complaints.push(`accessibility: a ${role} has no name`);
  }
  if (values.screenshot !== undefined) {
    if (values.print)
      await call('Emulation.setEmulatedMedia', { media: 'print', features: values.dark ? [{ name: 'prefers-color-scheme', value: 'dark' }] : [] });
    await evaluate(values.at === undefined ? 'scrollTo(0, 0)' : `location.hash = ${JSON.stringify(values.at)}; new Promise((r) => setTimeout(r, 900))`);
    const { data } = await call('Page.captureScreenshot', { format: 'png' });
    writeFileSync(values.screenshot, Buffer.from(data, 'base64'));
  }
} catch (error) {
  complaints.push(String(error));
} finally {
  clearTimeout(giveUp);
  const ended = new Promise((done) => child.once('exit', done));
  child.kill();
  await ended;
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  } catch {
    console.error(`check-html: the browser still writes to ${profile}; remove it by hand`);
  }
}
for (const complaint of new Set(complaints)) console.error(`check-html: ${complaint}`);
console.log(
  complaints.length === 0 ? 'check-html: no console message, no request, every click leads somewhere' : `check-html: ${complaints.length} complaints`,
);
process.exit(complaints.length === 0 ? 0 : 1);

/** Runs in the page: clicks from findings to lines, filters, zooms, and measures contrast. */
async function inPage() {
  const bad = [];
  const settle = () => new Promise((done) => setTimeout(done, 30));
  const all = (query) => [...document.querySelectorAll(query)];
  for (const link of all('.evidence a.why').slice(0, 12)) {
    link.click();
    await settle();
    const target = document.querySelector(':target');
    if (target === null || !target.classList.contains('cited') || target.getBoundingClientRect().height === 0)
      bad.push(`click: ${link.textContent} leads to no line`);
  }
  const rows = all('#events tbody tr');
  const text = document.querySelector('#filter-text');
  if (rows.length > 0) {
    if (text === null || document.querySelector('#filters').hidden) bad.push('filter: not shown');
    else {
      text.value = 'no such text \u2603';
      text.dispatchEvent(new Event('input', { bubbles: true }));
      if (rows.some((row) => row.getBoundingClientRect().height > 0)) bad.push('filter: rows stay');
      text.value = '';
      text.dispatchEvent(new Event('input', { bubbles: true }));
      if (rows.some((row) => row.hidden)) bad.push('filter: rows do not come back');
    }
  }
  const drawing = document.querySelector('#lane-drawing');
  if (drawing !== null) {
    const shape = () =>
      all('#lane-drawing .st rect')
        .map((r) => r.getAttribute('width'))
        .join();
    const before = shape();
    document.querySelector('[data-do="in"]').click();
    if (before !== '' && shape() === before) bad.push('zoom: nothing moves');
    drawing.parentElement.dispatchEvent(new KeyboardEvent('keydown', { key: '0', bubbles: true }));
    for (const rect of all('#lane-drawing rect')) if (!Number.isFinite(Number(rect.getAttribute('width')))) bad.push('zoom: a width is no number');
    document.querySelector('[data-do="first"]').click();
  }
  const levels = all('h1, h2, h3, h4').map((h) => Number(h.tagName[1]));
  if (levels.some((level, i) => i > 0 && level > levels[i - 1] + 1)) bad.push('accessibility: a heading level is skipped');
  const luminance = ([r, g, b]) => {
    const part = (v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const numbers = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const seen = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || element.closest('script, style, svg, [hidden], .skip, option') || element.getClientRects().length === 0)
      continue;
    let back = element;
    let behind = [0, 0, 0, 0];
    while (back !== null && (behind[3] ?? 1) === 0) {
      behind = numbers(getComputedStyle(back).backgroundColor);
      back = back.parentElement;
    }
    const ink = numbers(getComputedStyle(element).color);
    const [a, b] = [luminance(ink), luminance(behind)].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const key = `${element.tagName.toLowerCase()}.${element.className}`;
    if (ratio < 4.5 && !seen.has(key)) {
      seen.add(key);
      bad.push(`accessibility: contrast ${ratio.toFixed(2)} of ${key}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) bad.push('layout: the page scrolls sideways');
  return bad;
}
