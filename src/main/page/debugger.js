// Explains every intercept of the page to whoever has a debug token. Loaded by the deployment code, never by visitors.
(function () {
'use strict';
var muster = window.__muster, d = document, overlay, before, turn = 0;
var WORDS = {
  INACTIVE: 'The project, the intercept or all intercepts are switched off, or it is outside its dates.',
  NOT_SAMPLED: 'This visitor is not in the sample, or is held out.',
  PAGE: 'The conditions on the page (address, device) do not hold here.',
  NOT_LINKED: 'The intercept is not linked to a directory: everybody sees it.',
  UNAVAILABLE: 'The contacts cannot be used at the moment.',
  NOT_TARGETED: 'The contact is not in the segments that the target asks for.',
  NO_REFERENCE: 'The visitor has no reference, and the target allows that.',
  UNKNOWN_REFERENCE: 'The directory does not know this reference.',
  FREQUENCY: 'A frequency rule holds the contact back.',
  OLDER_INTERCEPT: 'An older list-based intercept is shown instead.',
  ELIGIBLE: 'Everything holds.',
  STARTING: 'Starting: no snapshot is loaded yet. Try again in some seconds.',
  UNREACHABLE: 'No answer to the question. Is the evaluator up, and does the content policy of the page allow connections to it (connect-src)?',
  NOT_EXPLAINED: 'The token is for another project.',
  UNAUTHORIZED: 'The debug token is wrong or has ended. Make a new one: muster projects debug-token.'
};
var CSS = '[data-muster-debugger],[data-muster-debugger] *{all:revert;box-sizing:border-box}' +
  '[data-muster-debugger]{position:fixed;z-index:2147483001;inset:auto auto 12px 12px;width:min(520px,100vw - 24px);max-height:min(70vh,720px);' +
  'overflow:auto;background:#17171c;color:#f4f4f6;border:1px solid #55555f;border-radius:10px;padding:14px 16px;font:14px/1.45 system-ui,sans-serif;' +
  'box-shadow:0 8px 32px #0006;text-align:start}' +
  '[data-muster-debugger] :is(h2,h3){font-size:15px;margin:0 0 6px}[data-muster-debugger] h3{margin-top:12px}' +
  '[data-muster-debugger] ul{list-style:none;margin:0;padding:0}[data-muster-debugger] li{border-top:1px solid #3a3a42;padding:8px 0}' +
  '[data-muster-debugger] dl{display:grid;grid-template-columns:max-content 1fr;gap:0 12px;margin:0}[data-muster-debugger] dt{color:#b4b4bf}' +
  '[data-muster-debugger] dd{margin:0;overflow-wrap:anywhere}[data-muster-debugger] p{margin:2px 0}' +
  '[data-muster-debugger] button{font:inherit;color:inherit;background:#2d2d35;border:1px solid #777784;border-radius:6px;padding:5px 12px;' +
  'margin:0 8px 8px 0;cursor:pointer;min-height:32px}[data-muster-debugger] :focus-visible,[data-muster-debugger]:focus-visible{outline:3px solid #8fa5ff;outline-offset:2px}' +
  '[data-muster-debugger] strong{font-weight:650}[data-result=passed] strong{color:#7ddf9a}[data-result=failed] strong{color:#ffb38a}';

function make(name, content, parent) {
  var made = d.createElement(name);
  made.textContent = content;
  parent.append(made);
  return made;
}

function lines(parent, pairs) {
  var list = make('dl', '', parent);
  pairs.forEach(function (pair) {
    make('dt', pair[0], list);
    make('dd', pair[1], list);
  });
}

function age(seconds) {
  return seconds == null ? 'unknown' : seconds < 120 ? seconds + ' s' : seconds < 7200 ? Math.round(seconds / 60) + ' min'
    : Math.round(seconds / 3600) + ' h';
}

async function ask(project, who, token) {
  try {
    // All projects in one question: which of them is older decides, too.
    var answer = await fetch((project.ask || project.server) + 'v1/decisions', {method: 'POST', credentials: 'omit',
      headers: token ? {'X-Debug-Token': token} : {}, body: JSON.stringify(muster.question(Object.keys(muster.projects), who))});
    return {status: answer.status, body: await answer.json()};
  } catch (e) {
    return {status: 0, body: {}};
  }
}

function created(project) {
  var answer = muster.created[project.project];
  return !project.create ? 'off' : !answer ? 'not asked' : [answer.result || 'no answer', answer.reason, answer.message].filter(Boolean).join(', ');
}

function one(list, id, decision, code) {
  var item = make('li', '', list), reason = code || decision.reason || 'NOT_EXPLAINED', passed = !!decision.show && !code;
  item.setAttribute('data-muster-debugger-intercept', id);
  item.setAttribute('data-result', passed ? 'passed' : 'failed');
  item.setAttribute('data-reason', reason);
  var head = make('p', '', item);
  make('strong', passed ? 'Passed' : 'Failed', head);
  head.append(' ' + id + ' · ' + reason);
  make('p', WORDS[reason] || '', item);
  var segments = Object.keys(decision.segments || {});
  lines(item, [
    ['Segments', segments.map(function (segment) { return segment + (decision.segments[segment] ? ': member' : ': not a member'); }).join(', ') || 'none looked at'],
    ['Next eligible', decision.nextEligible || 'nothing holds back, or not looked up']
  ]);
}

async function explain() {
  var mineTurn = ++turn, box = d.createElement('section');
  box.setAttribute('data-muster-debugger', '');
  box.setAttribute('role', 'region');
  box.setAttribute('aria-label', 'Muster debugger');
  box.tabIndex = -1;
  make('h2', 'Muster debugger', box);
  var close = make('button', 'Close', box), again = make('button', 'Ask again', box);
  close.type = again.type = 'button';
  close.addEventListener('click', end);
  again.addEventListener('click', explain);
  box.addEventListener('keydown', function (event) { if (event.key == 'Escape') { event.stopPropagation(); end(); } });

  for (var project of Object.values(muster.projects)) {
    await project.ready;
    var who = muster.reference(project), token = muster.token, mine = project.project;
    var answer = await ask(project, who, token), plain = answer.status == 401 ? await ask(project, who) : answer;
    var decisions = (answer.body.decisions || []).filter(function (one) {
      return one.project ? one.project == mine : project.intercepts.some(function (known) { return known.id == one.intercept; });
    });
    var explained = decisions.find(function (one) { return one.project; });
    var code = plain.status == 0 || plain.status > 499 ? 'UNREACHABLE' : plain.body.snapshot == null && !decisions.length ? 'STARTING'
      : answer.status == 401 ? 'UNAUTHORIZED' : '';
    make('h3', 'Project ' + mine, box);
    lines(box, [
      ['Reference', who.ref ? '“' + who.ref + '” from ' + who.from : 'none was found'],
      ['Snapshot', code == 'STARTING' ? 'starting' : (explained ? explained.snapshot : plain.body.snapshot || 'unknown')
        + (plain.body.stale ? ', stale' : '')],
      ['Age', age(answer.body.snapshotAge)],
      ['Contact creation', created(project)]
    ]);
    var list = make('ul', '', box);
    if (code) project.intercepts.forEach(function (known) { one(list, known.id, {}, code); });
    else decisions.forEach(function (decision) { one(list, decision.intercept, decision); });
    if (!list.children.length) make('p', code ? WORDS[code] : 'No intercept of this project is in force.', box);
  }

  // Another question was asked meanwhile.
  if (mineTurn != turn) return;
  var old = overlay, was = old && old.contains(d.activeElement);
  if (old) old.remove();
  else before = d.activeElement;
  overlay = box;
  d.body.append(box);
  if (!old || was) box.focus({preventScroll: true});
}

function end() {
  overlay.remove();
  overlay = null;
  if (before && before.isConnected) before.focus();
}

try {
  var sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  d.adoptedStyleSheets = [].concat.apply([sheet], d.adoptedStyleSheets);
} catch (e) {}
muster.explain = explain;
d.addEventListener('muster:decided', function () { explain(); });
d.addEventListener('muster:created', function () { if (overlay) explain(); });
explain();
})();
