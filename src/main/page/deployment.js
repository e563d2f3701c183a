// The deployment code. What is served ends with the definitions of one project, or null, on a line of their own:
//   !function(own){…}(
//   {"project":"ZN_…",…}
//   );
// src/main/page/minify makes what is served of this file.
// Whatever goes wrong here, nothing of the page is changed: errors end where they happen.
(function (own) {
'use strict';
try {
  var w = window, d = document, NAME = /^(.*)muster\/(ZN_\w{15})\./;
  var script = d.currentScript, from = NAME.exec(script ? script.src : '');
  // Written down by the first script of the page; scripts of further projects, or the same one again, only join it.
  if (!w.__muster) w.__muster = engine();
  w.__muster.add(own || from[2], from ? from[1] : own.home, script);
} catch (e) {}

function engine() {
  var projects = {}, displayed = {}, shown = [], queue = [], generation = 0, asked, value, isLate, isFlushing;
  var retries = 0, typed, waiting, sent = {}, muster = {projects: projects, created: {}, add: add, debug: debug, reference: reference,
    question: question, token: (/[?&]muster_debug=([^&#]*)/.exec(location.search) || [])[1]};
  var STORED = 'muster-event ', DRAW = 'muster-draw', OWN = 'QSI.config.externalReference', MOST = 100;

  // ---- small things

  function attempt(work, otherwise) {
    try { return work(); } catch (e) { return otherwise; }
  }

  function pause(ms) {
    return new Promise(function (done) { setTimeout(done, ms); });
  }

  function stored(store, key, text) {
    return attempt(function () {
      return text === undefined ? w[store].getItem(key) : text === null ? w[store].removeItem(key) : w[store].setItem(key, text);
    });
  }

  function uuid() {
    return crypto.randomUUID ? crypto.randomUUID()
      : [].map.call(crypto.getRandomValues(new Uint8Array(16)), function (b) { return (b + 256).toString(16).slice(1); }).join('');
  }

  function text(v) {
    return typeof v == 'string' ? v.trim() : typeof v == 'number' && isFinite(v) || typeof v == 'bigint' ? '' + v : '';
  }

  // What a server answers, as text: no more of it than anything of ours can have.
  async function read(answer) {
    var reader = answer.body.getReader(), decoder = new TextDecoder, all = '', part;
    while (!(part = await reader.read()).done) {
      all += decoder.decode(part.value, {stream: true});
      if (all.length > 3e5) throw 0;
    }
    return all;
  }

  // The status of what was answered, and its text; status 0 when nothing came in time.
  async function call(url, body, headers, ms) {
    var abort = new AbortController, timer = setTimeout(function () { abort.abort(); }, ms || 2500), status = 0;
    try {
      var answer = await fetch(url, {method: body ? 'POST' : 'GET', body: body, headers: headers || {}, signal: abort.signal,
        credentials: 'omit', referrerPolicy: 'no-referrer', keepalive: !!body && body.length < 6e4});
      status = answer.status;
      return {status: status, text: await read(answer)};
    } catch (e) {
      abort.abort();
      return {status: status};
    } finally {
      clearTimeout(timer);
    }
  }

  function json(answer) {
    return attempt(function () { return JSON.parse(answer.text); }) || {};
  }

  // ---- QSI of the page

  function config() {
    return attempt(function () { return QSI.config; }) || {};
  }

  function install(qsi) {
    attempt(function () {
      if (!qsi.config) qsi.config = {};
      qsi.API = Object.assign(qsi.API || {}, {
        load: function () {
          var ready = Promise.all(Object.values(projects).map(function (project) { return project.ready = reload(project); }));
          ready.done = function (then) {
            if (typeof then == 'function') ready.then(then);
            return ready;
          };
          return ready;
        },
        unload: unload,
        run: run,
        answered: answered
      });
    });
  }

  // Until the page is parsed, QSI stays undefined for those who ask: the documented snippet sets it only then.
  function look() {
    var known = attempt(function () { return QSI; });
    if (!known && isLate) attempt(function () { known = w.QSI = {}; });
    if (known) return install(known);
    attempt(function () {
      Object.defineProperty(w, 'QSI', {
        configurable: true,
        enumerable: true,
        get: function () { return value; },
        set: function (other) {
          value = other;
          if (other) install(other);
          // Soon, as its config may be given in the next statement.
          if (asked) setTimeout(again);
        }
      });
    });
  }

  // ---- who the visitor is

  function at(place) {
    var kind = place.slice(0, place.indexOf(':')), what = place.slice(kind.length + 1), found;
    if (kind == 'cookie') {
      d.cookie.split('; ').forEach(function (pair) {
        if (pair.indexOf(what + '=') == 0) found = pair.slice(what.length + 1);
      });
      return found && attempt(function () { return decodeURIComponent(found); }, found);
    }
    if (kind == 'attribute') {
      var cut = what.lastIndexOf('@');
      return d.querySelector(what.slice(0, cut)).getAttribute(what.slice(cut + 1));
    }
    return what.replace(/^window\./, '').split('.').reduce(function (of, name) { return of[name]; }, w);
  }

  // The reference of a project's visitor and where it was found; what stands for none is passed over.
  function reference(project) {
    var found = {ref: '', from: ''};
    [OWN].concat(project.references).some(function (place) {
      var ref = text(attempt(function () { return place == OWN ? config().externalReference : at(place); }));
      // A placeholder is told as it was read, unless there is a reference somewhere else.
      if (ref && (!found.ref || isReference(project, ref))) found = {ref: ref, from: place};
      return isReference(project, found.ref);
    });
    return found;
  }

  function isReference(project, ref) {
    return ref && project.placeholders.indexOf(ref.toLowerCase()) < 0;
  }

  // ---- asking

  function page() {
    return /[?&]muster_debug=/.test(location.search)
      ? location.href.replace(/([?&])muster_debug=[^&#]*&?/, '$1').replace(/[?&](?=#|$)/, '') : location.href;
  }

  function device() {
    var agent = navigator.userAgent;
    return /iPad|Tablet|PlayBook|Silk|Android(?!.*Mobile)/i.test(agent) || /Mac/.test(agent) && navigator.maxTouchPoints > 1 ? 'tablet'
      : /Mobi|iPhone|Android/i.test(agent) ? 'mobile' : 'desktop';
  }

  function draw() {
    var kept = muster.draw || stored('sessionStorage', DRAW);
    if (!/^\d{1,4}$/.test(kept)) stored('sessionStorage', DRAW, kept = '' + Math.floor(Math.random() * 1e4));
    return muster.draw = kept;
  }

  function question(ids, who) {
    return {project: ids, ref: who.ref || undefined, sig: text(config().signature) || undefined, url: page(), device: device(), draw: +draw()};
  }

  function holds(test, url) {
    var all = test.all || test.any || test.none, tests = all && all.map(function (one) { return holds(one, url); });
    if (tests) return test.all ? tests.every(Boolean) : tests.some(Boolean) == !!test.any;
    if (test.device) return test.device == device();
    var how = Object.keys(test.url)[0], what = test.url[how];
    return how == 'is' ? url == what : how == 'contains' ? url.includes(what) : how == 'matches' ? new RegExp('^(?:' + what + ')$').test(url)
      : url[how](what);
  }

  // What is shown while no evaluator can say so, where --when-unavailable says it.
  function stands(intercept) {
    var rule = intercept.fallback, now = Date.now();
    return rule && !(now < rule.starts) && !(now >= rule.ends) && attempt(function () { return holds(rule.page, page()); }, false);
  }

  async function ask(url, who, asking) {
    var ids = asking.map(function (project) { return project.project; });
    var answer = await call(url + 'v1/decisions', JSON.stringify(question(ids, who))), body = json(answer), decisions = body.decisions, shows = {};
    // Refused or overloaded is an answer: nothing is shown then.
    var isAnswer = [400, 403, 429, 503].indexOf(answer.status) >= 0, isGood = Array.isArray(decisions);
    if (isGood) decisions.forEach(function (one) { if (one) shows[one.intercept] = one.show === true; });
    asking.forEach(function (project) {
      // The version in the answer is that of the first project; none means that the evaluator does not have it yet.
      var known = isGood && (project == asking[0] && body.snapshot || project.intercepts.some(function (one) { return one.id in shows; }));
      project.intercepts.forEach(function (one) {
        one.project = project;
        one.who = who;
        one.isWanted = known ? shows[one.id] : !isAnswer && stands(one);
      });
    });
  }

  function reload(project) {
    return call(project.server + 'muster/' + project.project + '.js').then(function (answer) {
      var lines = answer.text.trim().split('\n'), known = JSON.parse(lines[lines.length - 2]);
      if (known.project == project.project) Object.assign(project, known);
    }).catch(function () {});
  }

  function add(definitions, server, script) {
    var id = definitions.project || definitions, project = projects[id];
    if (project) return;
    project = projects[id] = Object.assign({project: id, references: [], placeholders: [], intercepts: []}, definitions.project && definitions);
    project.server = server;
    project.script = script;
    muster.nonce = muster.nonce || script && script.nonce;
    project.ready = definitions.project ? Promise.resolve() : reload(project);
    look();
    if (asked) run();
    else if (!waiting) waiting = begin();
  }

  async function begin() {
    if (d.readyState == 'loading') await new Promise(function (done) { d.addEventListener('DOMContentLoaded', done); });
    await pause(0);
    // Scripts of other projects that are on their way: one question for all, but not for long.
    for (var tries = 20; tries-- && [].some.call(d.querySelectorAll('script[src*="/muster/ZN_"]'), function (one) {
      var other = NAME.exec(one.src);
      return other && !projects[other[2]];
    });) await pause(50);
    isLate = 1;
    look();
    if (muster.token) attempt(function () { debug(muster.token); });
    if (d.readyState != 'complete') w.addEventListener('load', again);
    flush();
    return run();
  }

  function who() {
    return JSON.stringify(Object.keys(projects).map(function (id) { return reference(projects[id]).ref; }));
  }

  // Asks anew where the page has told since who the visitor is.
  function again() {
    look();
    if (asked && asked != who()) run();
  }

  function run() {
    return decide().catch(function () {});
  }

  async function decide() {
    var mine = ++generation, groups = {}, all = Object.values(projects), qsi;
    look();
    qsi = config();
    await Promise.all(all.map(function (project) { return project.ready; }));
    asked = who();
    if ('consent' in qsi && !(await (typeof qsi.consent == 'function' ? qsi.consent() : qsi.consent)) || mine != generation) return;
    all.forEach(function (project) {
      var found = reference(project), url = project.ask || project.server, key = url + '\n' + found.ref;
      if (!groups[key]) groups[key] = [url, found, []];
      groups[key][2].push(project);
      create(project, found).catch(function () {});
    });
    await Promise.all(Object.values(groups).map(function (group) { return ask.apply(0, group); }));
    if (mine != generation) return;
    var intercepts = [].concat.apply([], all.map(function (project) { return project.intercepts; })).sort(function (a, b) {
      return a.created - b.created;
    });
    d.dispatchEvent(new CustomEvent('muster:decided', {detail: {decisions: intercepts.map(function (one) {
      return {intercept: one.id, show: !!one.isWanted};
    })}}));
    intercepts.forEach(function (one) { if (one.isWanted) attempt(function () { show(one); }); });
  }

  function unload() {
    generation++;
    shown.splice(0).forEach(function (one) { one.gone(); });
  }

  // ---- creating contacts

  async function create(project, found) {
    var key = 'muster-visitor ' + project.project, mine = config().contact || {}, body = {project: project.project, ref: found.ref,
      sig: text(config().signature) || undefined, platform: 'web', data: mine.data};
    if (!project.create || !isReference(project, found.ref)) return;
    if (navigator.doNotTrack == '1' || w.doNotTrack == '1') return muster.created[project.project] = {result: 'DO_NOT_TRACK'};
    ['firstName', 'lastName', 'email', 'phone', 'language'].forEach(function (name) { body[name] = text(mine[name]) || undefined; });
    body = JSON.stringify(body);
    // Once a session for the same words; explained each time.
    if (!muster.token && (sent[key] || stored('sessionStorage', key)) == body) return;
    var answer = json(await call(project.server + 'v1/visitors', body, muster.token && {'X-Debug-Token': muster.token}));
    muster.created[project.project] = answer;
    if (answer.result == 'ACCEPTED') stored('sessionStorage', key, sent[key] = body);
    d.dispatchEvent(new CustomEvent('muster:created'));
  }

  // ---- telling what happened

  // Each event is kept under a key of its own, so that tabs do not take each other's away.
  function tell(kind, intercept, more) {
    var project = intercept.project, key = STORED + uuid(), url = project.server + 'v1/' + kind, event = attempt(function () {
      return JSON.stringify(Object.assign({id: intercept.display, project: project.project, intercept: intercept.id,
        ref: intercept.who.ref || undefined, sig: text(config().signature) || undefined, at: Date.now(), channel: 'web'}, more));
    });
    if (!event) return;
    stored('localStorage', key, JSON.stringify([url, event]));
    queue.push([url, event, key]);
    if (queue.length > MOST) stored('localStorage', queue.shift()[2], null);
    flush();
  }

  // What earlier pages and other tabs have kept.
  function keptEvents() {
    return Object.keys(localStorage).map(function (key) {
      var kept = key.indexOf(STORED) ? 0 : attempt(function () { return JSON.parse(localStorage.getItem(key)); });
      return Array.isArray(kept) && kept.every(function (part) { return typeof part == 'string'; }) ? kept.slice(0, 2).concat(key) : 0;
    }).filter(Boolean).slice(0, MOST);
  }

  function batches() {
    var by = {};
    queue.forEach(function (one) {
      var batch = by[one[0]] = by[one[0]] || [];
      // A call has one response, as that may be large.
      if (!batch.length || !/responses$/.test(one[0])) batch.push(one);
    });
    return by;
  }

  function bodyOf(batch) {
    return '[' + batch.map(function (one) { return one[1]; }) + ']';
  }

  async function flush() {
    if (isFlushing || !queue.length) return;
    isFlushing = 1;
    var by = batches(), failed = 0;
    for (var url in by) {
      var batch = by[url], body = bodyOf(batch), answer = await call(url, body, 0, 1e4), status = answer.status;
      if (status && status < 500 && status != 408 && status != 429) {
        batch.forEach(function (one) { stored('localStorage', one[2], null); });
        queue = queue.filter(function (one) { return batch.indexOf(one) < 0; });
      } else failed = 1;
    }
    isFlushing = 0;
    if (!failed) retries = 0;
    if (queue.length && retries < 9) setTimeout(flush, failed ? 1e3 * Math.pow(2, retries++) : 0);
  }

  function beacon() {
    var by = batches();
    for (var url in by) attempt(function () { navigator.sendBeacon(url, bodyOf(by[url])); });
  }

  function answered(id, answers) {
    shown.concat(Object.values(displayed)).some(function (one) {
      if (one.id != id) return;
      tell('clicks', one, {kind: 'answered'});
      if (answers) tell('responses', one, {answers: answers});
      return true;
    });
  }

  // ---- showing

  var CSS = '[data-muster-intercept],[data-muster-intercept] *{all:revert}[data-muster-intercept]{box-sizing:border-box;font:16px/1.45 system-ui,sans-serif;color:#1b1b1f;background:#fff;' +
    'border:1px solid #d5d5dc;border-radius:12px;padding:20px;margin:0;max-width:100%}' +
    '[data-muster-intercept] *{box-sizing:border-box;font:inherit;color:inherit}' +
    '[data-muster-intercept] h2{font-weight:650;font-size:18px;margin:0 0 8px;padding:0}[data-muster-intercept] p{margin:0 0 16px}' +
    '[data-muster-intercept] div{display:flex;flex-wrap:wrap;gap:8px}' +
    '[data-muster-intercept] :is(a,button){display:inline-block;min-height:44px;padding:9px 18px;border:1px solid #767680;border-radius:8px;' +
    'background:0 0;text-decoration:none;cursor:pointer}' +
    '[data-muster-intercept] .muster-go,a[data-muster-intercept]{background:#2346c8;border-color:#2346c8;color:#fff;font-weight:600}' +
    '[data-muster-intercept]:focus-visible,[data-muster-intercept] :focus-visible{outline:3px solid #7d96f5;outline-offset:2px}' +
    '[role=dialog][data-muster-intercept],a[data-muster-intercept]{position:fixed;z-index:2147483000;bottom:16px;inset-inline-end:16px;' +
    'box-shadow:0 8px 32px #0004}' +
    '[role=dialog][data-muster-intercept]{width:min(380px,100vw - 32px);max-height:calc(100vh - 32px);overflow:auto}' +
    'a[data-muster-intercept]{padding:9px 18px;border-radius:24px;text-decoration:none;inset-inline:16px auto}' +
    '@media(prefers-color-scheme:dark){[data-muster-intercept]{background:#1f1f24;color:#f2f2f5;border-color:#45454d}' +
    '[data-muster-intercept] .muster-go,a[data-muster-intercept]{background:#b3c2ff;border-color:#b3c2ff;color:#14215a}}' +
    '@media(prefers-reduced-motion:no-preference){[role=dialog][data-muster-intercept]{animation:muster-in .15s ease-out}' +
    '@keyframes muster-in{from{opacity:0;transform:translateY(12px)}}}@media print{[data-muster-intercept]{display:none}}';

  // A strict content policy forbids style elements and attributes, not sheets made by scripts.
  function style() {
    if (muster.sheet) return;
    attempt(function () {
      (muster.sheet = new CSSStyleSheet).replaceSync(CSS);
      d.adoptedStyleSheets = [].concat.apply([muster.sheet], d.adoptedStyleSheets);
    });
  }

  function element(name, content, parent) {
    var made = d.createElement(name);
    made.textContent = content;
    if (content && parent) made.dir = 'auto';
    if (parent) parent.append(made);
    return made;
  }

  function show(intercept) {
    var creative = intercept.creative, type = creative.type, isPopover = type == 'popover', isLink = type == 'link', box, go, place;
    if (displayed[intercept.id] || shown.some(function (one) { return one.id == intercept.id || isPopover && one.isPopover; })) return;
    place = type == 'embedded' && creative.target ? d.querySelector(creative.target) : d.body;
    if (!place) {
      // Pages that are built piece by piece may have it soon.
      if ((intercept.tries = (intercept.tries || 0) + 1) < 20) {
        var mine = generation;
        setTimeout(function () { if (mine == generation) attempt(function () { show(intercept); }); }, 500);
      }
      return;
    }

    style();
    intercept.display = uuid();
    intercept.isPopover = isPopover;
    box = element(isLink ? 'a' : isPopover ? 'section' : 'aside', isLink ? creative.button || creative.text || creative.title : '');
    box.setAttribute('data-muster-intercept', intercept.id);
    if (isLink) go = box;
    else {
      box.setAttribute('aria-label', creative.title || creative.text || creative.button || 'Survey');
      if (creative.title) element('h2', creative.title, box);
      if (creative.text) element('p', creative.text, box);
      var buttons = element('div', '', box);
      if (creative.button || creative.url) {
        go = element(creative.url ? 'a' : 'button', creative.button || creative.url, buttons);
        go.className = 'muster-go';
      }
    }

    if (go) {
      if (creative.url) {
        go.href = creative.url;
        go.target = type != 'embedded' && creative.target || '_blank';
        go.rel = 'noopener';
      } else go.type = 'button';
      go.addEventListener('click', function () {
        intercept.isInView = true;
        seen();
        tell('clicks', intercept, {kind: 'clicked'});
        if (isPopover) setTimeout(intercept.gone);
      });
    }

    var before = d.activeElement, watch, observer;
    intercept.gone = function () {
      shown = shown.filter(function (one) { return one != intercept; });
      if (observer) observer.disconnect();
      d.removeEventListener('visibilitychange', seen);
      d.removeEventListener('keydown', watch, true);
      var had = box.contains(d.activeElement);
      box.remove();
      if (had && before && before.isConnected) before.focus({preventScroll: true});
    };

    function seen() {
      if (d.visibilityState != 'visible' || !intercept.isInView && observer || displayed[intercept.id]) return;
      displayed[intercept.id] = intercept;
      observer && observer.disconnect();
      d.removeEventListener('visibilitychange', seen);
      tell('displays', intercept);
    }

    if (isPopover) {
      box.setAttribute('role', 'dialog');
      box.setAttribute('aria-modal', 'true');
      box.tabIndex = -1;
      var close = element('button', 'Close', buttons);
      close.type = 'button';
      close.addEventListener('click', dismiss);
      watch = function (event) {
        if (event.key == 'Escape') dismiss();
        else if (event.key == 'Tab' && box.contains(d.activeElement)) {
          var stops = box.querySelectorAll('a,button'), last = stops[stops.length - 1], edge = event.shiftKey ? stops[0] : last;
          if (d.activeElement == edge || d.activeElement == box && event.shiftKey) {
            event.preventDefault();
            (event.shiftKey ? last : stops[0]).focus();
          }
        }
      };
      d.addEventListener('keydown', watch, true);
    }

    function dismiss() {
      if (displayed[intercept.id]) tell('clicks', intercept, {kind: 'dismissed'});
      displayed[intercept.id] = intercept;
      intercept.gone();
    }

    shown.push(intercept);
    if (type == 'embedded' && !creative.target && intercept.project.script && d.body.contains(intercept.project.script)) {
      intercept.project.script.after(box);
    } else place.append(box);
    // Whoever is writing goes on writing; the dialog takes the focus when they leave the field.
    if (isPopover) (function focus() {
      var field = d.activeElement;
      if (!box.isConnected || box.contains(field)) return;
      if (field && (typed == field || 'defaultValue' in field && field.value != field.defaultValue)) setTimeout(focus, 200);
      else {
        before = field;
        box.focus({preventScroll: true});
      }
    })();
    d.addEventListener('visibilitychange', seen);
    if (w.IntersectionObserver) {
      observer = new IntersectionObserver(function (entries) {
        intercept.isInView = entries[entries.length - 1].isIntersecting;
        seen();
      }, {threshold: [.5, .1, 0].filter(function (part) { return box.offsetHeight * part <= w.innerHeight / 2; })[0] || 0});
      observer.observe(box);
    } else seen();
  }

  // ---- explaining

  function debug(token) {
    muster.token = token;
    var first = Object.values(projects)[0], more = d.createElement('script');
    if (muster.explain) return muster.explain();
    more.src = first.server + 'muster/debugger.js';
    more.nonce = muster.nonce || '';
    d.head.append(more);
  }

  queue = attempt(keptEvents, []);
  w.addEventListener('online', flush);
  w.addEventListener('pagehide', beacon);
  d.addEventListener('keydown', function (event) {
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable) typed = event.target;
  }, true);
  return muster;
}
})(MUSTER_DEFINITIONS);
