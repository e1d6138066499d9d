// The page of the gateway for operators: asks for /status.json every two seconds, and shows it. Texts of peers only ever
// become text nodes.

const interval = 2_000;

/** Rows of a table that are shown unasked: a thousand take a browser a second to lay out, each time. */
const fewRows = 100;

/** Ids of the tables of which all rows are asked for. */
const whole = new Set();

/** Not under the name and password that the page's own address may have: requests must not. */
const at = (path) => new URL(path, location.origin);
const byId = (id) => document.getElementById(id);
const filter = byId('filter');

/** What was shown last, so that filtering needs no new answer. */
let latest;

const span = (ms) => {
  if (ms === null || ms === undefined) return '–';
  if (ms < 1) return `${ms.toFixed(2)} ms`;
  if (ms < 10_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
};
const ago = (time) => (time === null ? '–' : `${span(latest.at - time)} ago`);
const size = (bytes) =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1024 ** 2
      ? `${Math.round(bytes / 1024)} KiB`
      : `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
const counts = (record) =>
  Object.entries(record)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || '–';
const classOf = { ready: 'good', suspect: 'unsure', draining: 'unsure', closed: 'bad' };

/** A cell of a text, or of a text with a class, or of an element. */
function cell(content) {
  const td = document.createElement('td');
  if (Array.isArray(content)) {
    const [text, className] = content;
    td.textContent = text;
    if (className) td.className = className;
  } else if (content instanceof Node) td.append(content);
  else td.textContent = String(content);
  return td;
}

/** A row that is one cell. */
function line(content, columns) {
  const tr = document.createElement('tr');
  const td = cell(content);
  td.colSpan = columns;
  tr.append(td);
  return tr;
}

function showAll(id, count) {
  const element = document.createElement('button');
  element.textContent = whole.has(id) ? `show the first ${fewRows}` : `show all ${count}`;
  element.addEventListener('click', () => {
    if (!whole.delete(id)) whole.add(id);
    render();
  });
  return element;
}

/** Shows rows under their heads: of those that the filter leaves the first, or all where that is asked for. */
function show(id, heads, rows, none) {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (row) =>
    row
      .map((content) => (typeof content === 'function' ? '' : [content].flat()[0]))
      .join(' ')
      .toLowerCase();
  const left =
    words.length === 0 ? rows : rows.filter((row) => words.every((word) => text(row).includes(word)));
  const head = document.createElement('tr');
  for (const name of heads) {
    const th = document.createElement('th');
    th.textContent = name;
    head.append(th);
  }
  const all = [head];
  for (const row of whole.has(id) ? left : left.slice(0, fewRows)) {
    const tr = document.createElement('tr');
    tr.append(...row.map((content) => cell(typeof content === 'function' ? content() : content)));
    all.push(tr);
  }
  if (left.length === 0) all.push(line([none, 'quiet'], heads.length));
  else if (left.length > fewRows) all.push(line(showAll(id, left.length), heads.length));
  byId(id).replaceChildren(...all);
  const count = byId(`${id}-count`);
  if (count)
    count.textContent =
      left.length === rows.length ? String(rows.length) : `${left.length} of ${rows.length}`;
}

function button(id, what, question) {
  const element = document.createElement('button');
  element.textContent = what;
  element.dataset.connection = id;
  element.addEventListener('click', async () => {
    if (question && !confirm(question)) return;
    await fetch(at(`/connections/${encodeURIComponent(id)}/${what}`), {
      method: 'POST',
      headers: { 'x-pipit-admin': '1' },
    });
    await poll();
  });
  return element;
}

function buttons(id) {
  const both = document.createElement('span');
  both.append(button(id, 'drain'), button(id, 'kill', `End connection ${id} now, with the requests on it?`));
  return both;
}

function render() {
  const { gateway, stats, services, connections, keys, failures, refusals, certificates, reloads, settings } =
    latest;
  byId('summary').textContent =
    `${gateway.state}, up ${span(gateway.upMs)}, version ${gateway.version}; ${connections.length} connections, ` +
    `${stats.inFlight} requests under way (${size(stats.inFlightBytes)}), ${stats.queued} waiting, backlog ${size(stats.backlog)}`;
  show(
    'services',
    ['Service', 'Connections', 'Under way', 'Calls a second', 'Errors, last minute', 'p50', 'p99', 'State'],
    services.map((service) => [
      service.name,
      counts(service.connections),
      service.inFlight,
      service.rate.toFixed(1),
      [counts(service.errors), Object.keys(service.errors).length > 0 ? 'bad' : ''],
      span(service.p50),
      span(service.p99),
      service.gone
        ? [`gone ${ago(service.gone.at)}: ${service.gone.why}`, 'bad']
        : service.connections.ready > 0
          ? ['serving', 'good']
          : ['not serving', 'unsure'],
    ]),
    'No service has connected.',
  );
  show(
    'connections',
    [
      'Connection',
      'Address',
      'Key',
      'Services',
      'SDK',
      'Under way',
      'Backlog',
      'Connected',
      'Silent for',
      'State',
      '',
    ],
    connections.map((one) => [
      one.id,
      one.address,
      `${one.owner} (${one.keyId})`,
      one.services.length > 3
        ? `${one.services.slice(0, 3).join(', ')} and ${one.services.length - 3} more`
        : one.services.join(', ') || '–',
      `${one.sdk || '–'} r${one.revision}`,
      one.inFlight,
      size(one.backlog),
      span(one.connectedFor),
      span(one.silentFor),
      [one.why ? `${one.state}: ${one.why}` : one.state, classOf[one.state]],
      () => buttons(one.id),
    ]),
    'Nobody is connected.',
  );
  show(
    'keys',
    ['Key', 'Owner', 'Register', 'Call', 'Expires', 'Connections', 'Last used', 'Refused'],
    keys.map((key) => [
      key.id,
      key.owner,
      key.register.join(', ') || '–',
      key.call.join(', ') || '–',
      key.revoked
        ? ['revoked', 'bad']
        : key.expires === null
          ? 'never'
          : [new Date(key.expires).toISOString().slice(0, 10), key.expires < latest.at ? 'bad' : ''],
      key.connections,
      ago(key.lastUsed),
      [String(key.refused), key.refused > 0 ? 'bad' : ''],
    ]),
    'There are no keys: pipit gateway key add makes one.',
  );
  show(
    'failures',
    ['When', 'Trace id', 'Method', 'Code', 'Took', 'Caller'],
    failures.map((one) => [
      ago(one.at),
      one.traceId,
      one.method,
      [one.code, 'bad'],
      span(one.ms),
      one.caller,
    ]),
    'None.',
  );
  show(
    'refusals',
    ['Address', 'Registrations', 'TLS handshakes', 'Latest', 'Why'],
    refusals.map((one) => [one.address, one.registrations, one.tlsFailures, ago(one.at), one.why]),
    'None.',
  );
  show(
    'certificates',
    ['Listener', 'Subject', 'Days left'],
    certificates.map((one) => [one.of, one.subject, [String(one.daysLeft), one.daysLeft < 14 ? 'bad' : '']]),
    'None: plaintext.',
  );
  show(
    'reloads',
    ['What', 'When', 'Result'],
    reloads.map((one) => [one.what, ago(one.at), [one.text, one.ok ? '' : 'bad']]),
    'None yet.',
  );
  renderCluster();
  byId('settings').textContent = settings;
}

/** This gateway, and those it is one with. */
function renderCluster() {
  const { gateway, cluster, services } = latest;
  const own = services.filter((service) => !service.gone).map((service) => service.name);
  const others = cluster?.gateways ?? [];
  byId('bus').textContent =
    cluster === null
      ? 'No NATS is set: this gateway is alone.'
      : `${cluster.isUp ? '' : 'NATS is gone: the others are out of reach. '}Over the bus since the start: ` +
        `${cluster.sent.messages} messages sent (${size(cluster.sent.bytes)}), ` +
        `${cluster.received.messages} received (${size(cluster.received.bytes)}).`;
  byId('bus').className = cluster?.isUp === false ? 'bad' : '';
  show(
    'gateways',
    ['Id', 'Services', 'Requests to it', 'Requests from it', 'Lag', 'Silent for'],
    [
      [`${gateway.id} (this one)`, own.join(', '), '', '', '', ''],
      ...others.map((one) => [
        one.id,
        one.services.join(', '),
        one.requestsTo,
        one.requestsFrom,
        span(one.lag),
        [span(one.silentFor), one.silentFor > 2000 ? 'unsure' : ''],
      ]),
    ],
    '',
  );
}

async function poll() {
  try {
    const answer = await fetch(at('/status.json'), { cache: 'no-store' });
    if (!answer.ok) throw new Error(`${answer.status}`);
    latest = await answer.json();
    render();
    document.body.dataset.at = String(latest.at);
  } catch (error) {
    byId('summary').textContent = `The gateway does not answer (${error.message}); asking again.`;
    byId('summary').className = 'bad';
    return;
  }
  byId('summary').className = '';
}

async function live() {
  if (!document.hidden) await poll();
  setTimeout(live, interval);
}

filter.addEventListener('input', () => latest && render());
await live();
