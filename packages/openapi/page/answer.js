import { element } from './dom.js';

/** What each code means for a caller. */
const meanings = /** @type {Record<string, string>} */ ({
  aborted: 'Somebody else changed it meanwhile: read it again, then try once more.',
  already_exists: 'It is there already.',
  bad_route: 'There is no such method, or it is not called in this way.',
  canceled: 'The call was given up.',
  data_loss: 'Data is lost or broken.',
  deadline_exceeded: 'It took longer than it may.',
  failed_precondition: 'Something else has to happen first.',
  internal: 'The server failed. Its log has the reason under the trace id.',
  invalid_argument: 'A field has a value that is not valid.',
  malformed: 'The request could not be read.',
  not_found: 'It is not there.',
  out_of_range: 'A value is beyond what there is.',
  permission_denied: 'This caller may not do so.',
  resource_exhausted: 'Too much, or too often.',
  unauthenticated: 'The caller has to log in.',
  unavailable: 'The server cannot take the call now: try again later.',
  unimplemented: 'The server does not have the method.',
  unknown: 'The server failed, and does not know why.',
});

/**
 * Sends a call, and shows what comes back.
 * @param {Element} place
 * @param {() => Promise<Response>} send
 * @param {string | undefined} kind of the method: `envelope`, `download` or `stream`
 */
export async function showAnswer(place, send, kind) {
  place.replaceChildren(element('p.facts', {}, 'Waiting …'));
  const started = performance.now();
  let response;
  try {
    response = await send();
  } catch (error) {
    place.replaceChildren(
      outcome('bad', 'The server could not be reached.'),
      element('p.facts', {}, String(/** @type {Error} */ (error).message)),
    );
    return;
  }
  const facts = element('p.facts');
  const isStream = response.headers.get('content-type')?.startsWith('application/x-ndjson');
  if (isStream && response.ok) await showStream(place, facts, response);
  else {
    const bytes = new Uint8Array(await response.arrayBuffer());
    place.replaceChildren(...shown(response, bytes, kind), facts);
    const size = `${bytes.length} bytes`;
    facts.textContent = `${statusOf(response)}, ${Math.round(performance.now() - started)} ms, ${size}`;
  }
  const trace = response.headers.get('x-trace-id');
  if (trace !== null) facts.append(', trace id ', element('code.trace', {}, trace));
}

/** @param {Response} response @param {Uint8Array<ArrayBuffer>} bytes @param {string | undefined} kind @returns {Node[]} */
function shown(response, bytes, kind) {
  const type = response.headers.get('content-type') ?? '';
  const isMarked = response.headers.has('x-pipit-download');
  if (isMarked || (kind === 'download' && response.ok)) {
    return [outcome('good', 'A download'), ...file(response, type, bytes)];
  }
  const text = new TextDecoder().decode(bytes);
  const body = element('pre', {}, pretty(text));
  const value = parsed(text);
  if (!response.ok) return [...failure(response, value), body];
  if (kind === 'envelope' && value?.code > 0) {
    return [outcome('warn', `Business error ${value.code}: ${value.msg}`), body];
  }
  return [outcome('good', 'Success'), body];
}

/** @param {Response} response @param {any} value @returns {Node[]} */
function failure(response, value) {
  if (typeof value?.code !== 'string')
    return [outcome('bad', `This is not an answer of the API: ${statusOf(response)}`)];
  return failureOf(value);
}

/** @param {{ code: string, msg: string, meta?: Record<string, string> }} error @returns {Node[]} */
function failureOf({ code, msg, meta }) {
  const argument = meta?.['argument'];
  const about = argument === undefined ? '' : ` It is about the field ${argument}.`;
  return [outcome('bad', `${code}: ${msg}`), element('p.facts', {}, `${meanings[code] ?? ''}${about}`)];
}

/** @param {Response} response @param {string} type @param {Uint8Array<ArrayBuffer>} bytes @returns {Node[]} */
function file(response, type, bytes) {
  const href = URL.createObjectURL(new Blob([bytes], { type }));
  const name = nameIn(response.headers.get('content-disposition') ?? '') ?? 'download';
  const save = element('p', {}, element('a.save', { href, download: name }, `Save ${name}`), ` (${type})`);
  if (type.startsWith('image/')) return [save, element('img.preview', { src: href, alt: name })];
  if (!/^text\/|json|xml/.test(type)) return [save];
  return [save, element('pre', {}, new TextDecoder().decode(bytes.subarray(0, 10_000)))];
}

/** @param {string} disposition */
function nameIn(disposition) {
  const utf8 = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  return utf8 === undefined ? /filename="([^"]*)"/.exec(disposition)?.[1] : decodeURIComponent(utf8);
}

/**
 * Shows a stream, one message a line, as they come: until it ends, is stopped, or its place is needed for something else.
 * @param {Element} place
 * @param {HTMLElement} facts
 * @param {Response} response
 */
async function showStream(place, facts, response) {
  const reader = /** @type {ReadableStream<BufferSource>} */ (response.body)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  const body = element('pre');
  const said = outcome('good', 'Streaming …');
  let ending = 'The stream was broken off';
  const stop = element(
    'button',
    {
      type: 'button',
      onclick: () => {
        ending = 'Stopped';
        void reader.cancel();
      },
    },
    'Stop',
  );
  place.replaceChildren(said, stop, body, facts);
  facts.textContent = statusOf(response);
  let rest = '';
  let last;
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      if (!body.isConnected) return void reader.cancel();
      const lines = (rest + read.value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) body.append(`${line}\n`);
      last = parsed(lines.at(-1) ?? '') ?? last;
    }
  } catch {
    // The connection broke: there is no last line.
  }
  stop.remove();
  const error = last?.error;
  if (error !== undefined) said.replaceWith(...failureOf(error));
  else if (last?.end !== undefined) said.textContent = 'The stream has ended';
  else said.replaceWith(outcome('warn', ending));
}

/** @param {'good' | 'warn' | 'bad'} how @param {string} text */
function outcome(how, text) {
  return element('p', { className: `outcome ${how}`, role: 'status' }, text);
}

/** @param {Response} response */
function statusOf({ status, statusText }) {
  return `HTTP ${status}${statusText === '' ? '' : ` ${statusText}`}`;
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @param {string} text */
function pretty(text) {
  const value = parsed(text);
  return value === undefined ? text : JSON.stringify(value, null, 2);
}
