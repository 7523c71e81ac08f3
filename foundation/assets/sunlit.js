// Everything works without this file. It only shortens the way: the error summary gets the focus, "/" goes to the search,
// a board refreshes itself, what is typed into a draft is kept by itself, an upload shows how far it is and goes on after the line drops.
(() => {
  'use strict';
  const errors = document.getElementById('errors');
  if (errors) errors.focus();
  document.addEventListener('keydown', (event) => {
    const field = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
    if (field || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') {
      const search = document.querySelector('input[type=search]');
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    // Single keys open the confirmation page of a decision, never decide; they can be turned off at the page's foot.
    if (document.documentElement.dataset.keys === 'off') return;
    const link = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (link) { event.preventDefault(); link.click(); }
  });
})();

// The screen of a hall fetches what is new and keeps the last picture while the line is down: a reload would leave it with the
// browser's own page. A new version of the site, seen by its style sheet, loads it anew.
(() => {
  'use strict';
  const screen = document.querySelector('[data-screen]');
  if (!screen) return;
  const every = Number(screen.dataset.screen) * 1000;
  const style = (page) => page.querySelector('link[rel=stylesheet]')?.getAttribute('href');
  const ask = async () => {
    try {
      const answer = await fetch(location.href, { cache: 'no-store', signal: AbortSignal.timeout(every) });
      const page = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html');
      const fresh = page && page.querySelector('[data-screen]');
      if (!fresh) throw new Error('no screen');
      if (style(page) !== style(document)) { location.reload(); return; }
      screen.replaceChildren(...fresh.childNodes);
      screen.classList.remove('hall--old');
    } catch { screen.classList.add('hall--old'); }
    setTimeout(ask, every);
  };
  setTimeout(ask, every);
})();

// What is typed into a draft is kept a moment after the typing stops, and when the page is left, by the address its button sends to.
(() => {
  'use strict';
  const form = document.querySelector('form[data-typed]');
  if (!form) return;
  const QUIET = 1500;
  const AGAIN = 10000;
  const status = form.querySelector('[role=status]');
  const words = status.dataset;
  let wait;
  let request;
  let unsaved = false;
  let failed = false;
  let over = false;

  // Said once: read aloud when it changes, not at every pause.
  const say = (text, bad) => {
    if (status.textContent !== text) status.textContent = text;
    status.classList.toggle('quiet', !bad);
    status.classList.toggle('typed--lost', bad);
  };
  const typed = () => {
    form.elements.turn.value = Number(form.elements.turn.value) + 1;
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (typeof value === 'string') body.append(name, value);
    body.append('then', 'typed');
    return body;
  };
  const later = (time) => { clearTimeout(wait); wait = setTimeout(save, time); };

  async function save() {
    if (!unsaved || over) return;
    unsaved = false;
    const mine = request = new AbortController();
    let told = words.failed;
    let again = true;
    try {
      const answer = await fetch(form.action, {
        method: 'POST', body: typed(), headers: { Accept: 'application/json' }, redirect: 'error', keepalive: true, signal: mine.signal,
      });
      const said = await answer.json().catch(() => ({}));
      if (answer.ok && said.saved) {
        failed = false;
        if (!unsaved) say(`${words.saved} ${said.saved}`, false);
        return;
      }
      if (answer.status === 401) { told = words.signin; again = false; }
      // What the rules say no to, such as another device having written here, does not change by itself.
      if (answer.status === 409) { told = said.detail || told; again = false; over = true; }
    } catch (error) {
      if (error.name === 'AbortError') return;
    }
    unsaved = failed = true;
    say(told, true);
    if (again) later(AGAIN);
  }

  const changed = () => { if (over) return; unsaved = true; later(QUIET); };
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  // A button says the same and more: nothing typed goes after it.
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(wait);
    request?.abort();
    form.elements.turn.value = Number(form.elements.turn.value) + 1;
    unsaved = failed = false;
    over = true;
  });
  const leaving = () => {
    if (!unsaved || over) return;
    clearTimeout(wait);
    if (navigator.sendBeacon(form.action, typed())) unsaved = false;
  };
  addEventListener('pagehide', leaving);
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') leaving(); });
  // A page that comes back from the browser's memory goes on.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });
  addEventListener('beforeunload', (event) => { if (failed && unsaved) event.preventDefault(); });
  say(words.on, false);
})();

// Files go up in pieces and go on where the line dropped, also after the page was closed and the same file is chosen again
// (draft-ietf-httpbis-resumable-upload). Without scripts the same form sends them whole.
(() => {
  'use strict';
  const words = document.getElementById('sending');
  if (!words) return;
  // Small enough for any proxy's patience and for a session to be renewed on a slow line.
  const PIECE = 4 << 20;
  const SILENT = 45000;
  const RETRY = [0, 408, 409, 423, 429, 500, 502, 503, 504];
  let line = Promise.resolve();
  let under = 0;
  let done = 0;
  let failed = 0;

  const kept = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      if (value) localStorage.setItem(key, value); else localStorage.removeItem(key);
    } catch { /* not remembered: it only cannot go on after a reload */ }
    return null;
  };
  const size = (bytes) => bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;

  class Sending {
    constructor(form, input, file, list, status) {
      Object.assign(this, { form, input, file, status, told: 0, cancelled: false });
      this.key = ['upload', form.getAttribute('action'), input.name, file.name, file.size, file.lastModified].join('|');
      const row = words.content.firstElementChild.cloneNode(true);
      [this.name, this.bar, this.text, this.stop] = row.children;
      this.name.textContent = file.name;
      this.bar.setAttribute('aria-label', file.name);
      const whose = document.createElement('span');
      whose.className = 'hide';
      whose.textContent = file.name;
      this.stop.append(whose);
      this.stop.onclick = () => this.cancel();
      this.text.textContent = words.dataset.turn;
      list.append(row);
    }

    // What is read aloud: every quarter, and what changes the course.
    say(text, aloud) {
      this.text.textContent = text;
      if (aloud) this.status.textContent = `${this.file.name}: ${text}`;
    }

    show(sent) {
      this.bar.value = sent / (this.file.size || 1);
      const quarter = Math.floor(4 * this.bar.value);
      this.say(words.dataset.sent.replace('{a}', size(sent)).replace('{b}', size(this.file.size)), quarter > this.told);
      this.told = Math.max(this.told, quarter);
    }

    ask(method, url, headers, body, offset) {
      return new Promise((answered) => {
        const request = this.request = new XMLHttpRequest();
        let silent;
        const heard = () => { clearTimeout(silent); silent = setTimeout(() => request.abort(), SILENT); };
        request.open(method, url);
        request.setRequestHeader('Accept', 'application/json');
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        if (body) request.upload.onprogress = (event) => { heard(); if (!this.cancelled) this.show(offset + event.loaded); };
        request.onloadend = () => { clearTimeout(silent); answered(request); };
        heard();
        request.send(body);
      });
    }

    pause(seconds) {
      this.say(words.dataset.dropped.replace('{n}', seconds), true);
      return new Promise((over) => {
        this.wake = over;
        setTimeout(over, seconds * 1000);
        addEventListener('online', over, { once: true });
      });
    }

    async cancel() {
      this.cancelled = true;
      this.stop.hidden = true;
      this.say(words.dataset.cancelled, true);
      this.request?.abort();
      this.wake?.();
      const begun = kept(this.key);
      kept(this.key, '');
      if (begun) await this.ask('DELETE', begun, {});
    }

    // Sends the file to its end; throws what a person is to read.
    async send() {
      const { file } = this;
      let offset = null;
      let tries = 0;
      while (!this.cancelled) {
        const at = kept(this.key) ?? this.at;
        let answer;
        if (!at) {
          answer = await this.ask('POST', this.form.action, {
            'Upload-Complete': '?0',
            'Upload-Length': file.size,
            'Content-Disposition': `form-data; name="${this.input.name}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
          });
          if (answer.status === 201) {
            this.at = answer.getResponseHeader('Location');
            offset = 0;
            if (!this.cancelled) kept(this.key, this.at);
            continue;
          }
        } else if (offset === null) {
          answer = await this.ask('HEAD', at, {});
          if (answer.status === 404) {
            kept(this.key, '');
            this.at = null;
            continue;
          }
        } else {
          const piece = file.slice(offset, offset + PIECE);
          answer = await this.ask('PATCH', at, {
            'Content-Type': 'application/partial-upload',
            'Upload-Complete': offset + piece.size === file.size ? '?1' : '?0',
            'Upload-Offset': offset,
          }, piece, offset);
        }
        if (this.cancelled) return;
        if (answer.getResponseHeader('Upload-Complete') === '?1') return;
        if (answer.status >= 200 && answer.status < 300 && answer.getResponseHeader('Upload-Offset') !== null) {
          const now = Number(answer.getResponseHeader('Upload-Offset'));
          if (now > (offset ?? now)) tries = 0;
          offset = now;
          this.show(offset);
        } else if (RETRY.includes(answer.status)) {
          offset = null;
          await this.pause(Math.min(30, 2 ** tries++));
        } else {
          if (answer.status === 401) throw words.dataset.signin;
          kept(this.key, '');
          let detail;
          try { detail = JSON.parse(answer.responseText).detail; } catch { /* not ours */ }
          throw detail || words.dataset.failed;
        }
      }
    }

    async run() {
      if (this.cancelled) return;
      this.show(0);
      try {
        await this.send();
        if (this.cancelled) return;
        kept(this.key, '');
        done += 1;
        this.bar.value = 1;
        this.say(words.dataset.done, true);
      } catch (why) {
        failed += 1;
        this.say(typeof why === 'string' ? why : words.dataset.failed, true);
      }
      this.stop.hidden = true;
    }
  }

  // What was typed beside an upload is there again on the page that shows the file.
  const typed = () => [...document.querySelectorAll('main form:not(.upload) :is(textarea, select, input):not([type=hidden])')];
  const page = () => 'typed|' + location.pathname + location.search;
  const keep = () => sessionStorage.setItem(page(), JSON.stringify(typed().map((f) => [f.name, f.value, f.checked ?? null])));
  for (const [name, value, checked] of JSON.parse(sessionStorage.getItem(page()) || '[]')) {
    for (const field of typed().filter((f) => f.name === name)) {
      if (field.type === 'checkbox' || field.type === 'radio') { if (field.value === value) field.checked = checked; } else field.value = value;
    }
  }
  sessionStorage.removeItem(page());

  // A file chosen and not sent is told before the page goes on without it.
  for (const main of document.querySelectorAll('main form[novalidate]')) {
    main.addEventListener('submit', (event) => {
      const chosen = [...document.querySelectorAll('form.upload input[type=file]')].find((input) => input.files.length);
      if (!chosen) return;
      event.preventDefault();
      const told = chosen.form.querySelector('[role=alert]') || document.createElement('p');
      told.setAttribute('role', 'alert');
      told.className = 'note note--stop';
      told.textContent = words.dataset.chosen;
      chosen.form.append(told);
      chosen.focus();
    });
  }

  for (const form of document.querySelectorAll('form.upload')) {
    // Without scripts a file goes with what is typed on the page; in pieces it goes alone.
    for (const part of form.querySelectorAll('[form]')) part.removeAttribute('form');
    const input = form.querySelector('input[type=file]');
    const list = document.createElement('ul');
    const status = document.createElement('p');
    status.className = 'hide';
    status.setAttribute('role', 'status');
    form.append(status);
    form.addEventListener('submit', (event) => {
      if (!input.files.length) return;
      event.preventDefault();
      form.append(list);
      for (const file of input.files) {
        const sending = new Sending(form, input, file, list, status);
        under += 1;
        line = line.then(() => sending.run()).then(() => {
          under -= 1;
          // What failed stays to be read; otherwise the page shows what it has now.
          if (under || failed || !done) return;
          keep();
          if (location.pathname + location.search === form.dataset.then) location.reload(); else location.assign(form.dataset.then);
        });
      }
      input.value = '';
    });
  }
})();
