import { AXIS_STEPS } from './scale.ts';

/**
 * The page's own script: filters, zoom, and opening what a fragment leads to. The page reads fully without it.
 * It is one constant, so that its hash in the content security policy never depends on a bundle.
 */
export const SCRIPT = String.raw`'use strict';
(() => {
  const $ = (q, root) => (root || document).querySelector(q);
  const $$ = (q, root) => Array.from((root || document).querySelectorAll(q));

  const reveal = () => {
    let id = '';
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const target = id === '' ? null : document.getElementById(id);
    if (!target) return;
    for (let up = target; up; up = up.parentElement) if (up.tagName === 'DETAILS') up.open = true;
    if (target.tagName === 'ARTICLE') { const d = $('details', target); if (d) d.open = true; }
    target.scrollIntoView({ block: target.tagName === 'LI' ? 'center' : 'start' });
  };
  addEventListener('hashchange', reveal);
  reveal();
  addEventListener('beforeprint', () => { for (const d of $$('details')) d.open = true; });

  const filters = $('#filters');
  if (filters) {
    filters.hidden = false;
    const rows = $$('#events tbody tr');
    const node = $('#filter-node'), severity = $('#filter-severity'), text = $('#filter-text'), count = $('#filter-count');
    const words = rows.map((r) => r.textContent.toLowerCase());
    const apply = () => {
      const want = text.value.trim().toLowerCase();
      let shown = 0;
      rows.forEach((row, i) => {
        const ok = (node.value === '' || row.dataset.node === node.value) && (severity.value === '' || row.dataset.severity === severity.value) && (want === '' || words[i].includes(want));
        row.hidden = !ok;
        if (ok) shown += 1;
      });
      count.textContent = shown + ' / ' + rows.length + ' ' + count.dataset.word;
    };
    for (const control of [node, severity, text]) control.addEventListener('input', apply);
    apply();
  }

  const svg = $('#lane-drawing');
  if (!svg) return;
  const data = svg.dataset;
  const all = [Number(data.allFrom), Number(data.allTo)], first = [Number(data.from), Number(data.to)];
  const left = Number(data.left), plot = Number(data.plot), height = Number(data.height), right = left + plot;
  let view = first.slice();
  const steps = [${AXIS_STEPS.join(',')}];
  const iso = (at) => new Date(Math.floor(at / 1000)).toISOString();
  const label = (at, step) => step >= 8.64e10 || (step >= 6e7 && at % 8.64e10 === 0) ? iso(at).slice(5, 10) : step >= 6e7 ? iso(at).slice(11, 16) : step >= 1e6 ? iso(at).slice(11, 19) : iso(at).slice(11, 23);
  const moment = (at) => iso(at).slice(0, 23).replace('T', ' ');
  const set = (el, values) => { for (const k in values) el.setAttribute(k, values[k]); };
  const NS = 'http://www.w3.org/2000/svg';
  const make = (parent, name, values) => { const el = document.createElementNS(NS, name); set(el, values); parent.append(el); return el; };
  const stretches = $$('.st', svg).map((g) => ({ f: +g.dataset.f, t: +g.dataset.t, rect: $('rect', g), text: $('text', g) }));
  const marks = $$('.fi', svg).map((g) => ({ f: +g.dataset.f, t: +g.dataset.t, rect: $('rect', g), text: $('text', g) }));
  const densities = $$('[data-stretch]', svg);
  const caption = $('#lane-view');

  const draw = () => {
    const scale = plot / (view[1] - view[0]);
    const at = (f, t) => [left + (f - view[0]) * scale, Math.max(1, (t - f) * scale)];
    const bounded = (x, w) => { const a = Math.max(x, left - 20), b = Math.min(x + w, right + 20); return b < a ? [left - 50, 1] : [a, b - a]; };
    for (const s of stretches) {
      const [x, w] = bounded(...at(s.f, s.t));
      set(s.rect, { x, width: w });
      if (!s.text) continue;
      const a = Math.max(x, left), room = Math.min(x + w, right) - a;
      s.text.setAttribute('x', a + room / 2);
      if (room < s.text.textContent.length * 8 + 2) s.text.setAttribute('display', 'none'); else s.text.removeAttribute('display');
    }
    for (const m of marks) {
      const [rawX, rawW] = at(m.f, m.t), [x, w] = bounded(rawX, rawW), size = m.text.textContent.length * 7 + 6;
      set(m.rect, { x, width: Math.max(4, w) });
      const gone = rawX > right || rawX + rawW < left;
      const after = x + w + size < right, before = x - size > left;
      set(m.text, { x: gone ? (rawX > right ? right - 6 : left + 6) : after ? Math.max(left, x + w) + 6 : before ? x - 6 : Math.max(left, x) + 6, 'text-anchor': gone ? (rawX > right ? 'end' : 'start') : after || !before ? 'start' : 'end', opacity: gone ? 0.45 : 1 });
    }
    for (const d of densities) {
      const f = +d.dataset.f, t = +d.dataset.t;
      d.setAttribute('transform', 'translate(' + (left + (f - view[0]) * scale) + ' 0) scale(' + (t - f) / (view[1] - view[0]) + ' 1)');
    }
    const axis = $('#axis', svg);
    axis.replaceChildren();
    const step = steps.find((s) => (view[1] - view[0]) / s <= Number(data.marks)) || 2.592e12 * Math.ceil((view[1] - view[0]) / Number(data.marks) / 2.592e12);
    for (let t = Math.ceil(view[0] / step) * step; t <= view[1]; t += step) {
      const [x] = at(t, t), g = make(axis, 'g', { class: 'mark' });
      make(g, 'line', { x1: x, x2: x, y1: 20, y2: height });
      make(g, 'text', { x, y: 14, 'text-anchor': 'middle' }).textContent = label(t, step);
    }
    caption.textContent = caption.dataset.phrase.replace('{from}', moment(view[0])).replace('{to}', moment(view[1]));
  };
  const go = (from, to) => {
    const size = Math.min(all[1] - all[0], Math.max(2000, to - from));
    const start = Math.min(Math.max(from, all[0]), all[1] - size);
    view = [start, start + size];
    draw();
  };
  const zoom = (factor, center) => { const c = center === undefined ? (view[0] + view[1]) / 2 : center; go(c - (c - view[0]) * factor, c + (view[1] - c) * factor); };
  const pan = (part) => { const d = (view[1] - view[0]) * part; go(view[0] + d, view[1] + d); };
  const doing = { in: () => zoom(0.5), out: () => zoom(2), left: () => pan(-0.3), right: () => pan(0.3), first: () => go(...first), all: () => go(...all) };
  const tools = $('.tools');
  tools.hidden = false;
  tools.addEventListener('click', (e) => { const act = e.target.dataset && doing[e.target.dataset.do]; if (act) act(); });
  const box = svg.parentElement;
  const keys = { '+': 'in', '=': 'in', '-': 'out', ArrowLeft: 'left', ArrowRight: 'right', 0: 'all' };
  box.addEventListener('keydown', (e) => { if (e.ctrlKey || e.metaKey || e.altKey) return; const act = doing[keys[e.key]]; if (act) { act(); e.preventDefault(); } });
  const timeAt = (e) => { const r = svg.getBoundingClientRect(); return view[0] + (((e.clientX - r.left) / r.width) * svg.viewBox.baseVal.width - left) / plot * (view[1] - view[0]); };
  box.addEventListener('wheel', (e) => { if (!e.ctrlKey && !e.metaKey) return; e.preventDefault(); zoom(e.deltaY > 0 ? 1.25 : 0.8, timeAt(e)); }, { passive: false });
  let drag = null;
  svg.addEventListener('pointerdown', (e) => { if (e.button === 0 && !e.target.closest('a')) drag = { x: e.clientX, view: view.slice() }; });
  addEventListener('pointermove', (e) => {
    if (!drag) return;
    const perPixel = (drag.view[1] - drag.view[0]) / plot * svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
    const d = (drag.x - e.clientX) * perPixel;
    go(drag.view[0] + d, drag.view[1] + d);
  });
  const cursor = make(svg, 'g', { id: 'cursor', display: 'none', 'pointer-events': 'none' });
  const cursorLine = make(cursor, 'line', { y1: 18, y2: height }), cursorText = make(cursor, 'text', { y: 14, 'text-anchor': 'middle' });
  svg.addEventListener('pointermove', (e) => {
    const t = timeAt(e), x = left + (t - view[0]) * plot / (view[1] - view[0]);
    if (x < left || x > right) { cursor.setAttribute('display', 'none'); return; }
    cursor.removeAttribute('display');
    set(cursorLine, { x1: x, x2: x });
    cursorText.setAttribute('x', Math.min(Math.max(x, left + 40), right - 40));
    cursorText.textContent = iso(t).slice(11, 23);
  });
  svg.addEventListener('pointerleave', () => cursor.setAttribute('display', 'none'));
  addEventListener('pointerup', () => { drag = null; });
  for (const b of $$('button.zoom')) {
    b.hidden = false;
    b.addEventListener('click', () => { const f = +b.dataset.f, t = +b.dataset.t, m = Math.max((t - f) * 0.3, 1e6); go(f - m, t + m); $('#lanes').scrollIntoView(); box.focus({ preventScroll: true }); });
  }
})();
`;
