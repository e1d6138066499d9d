/**
 * A call as it is sent and as it is shown.
 * @typedef {{
 *   url: string,
 *   method: 'GET' | 'POST',
 *   headers: [name: string, value: string][],
 *   type?: string,
 *   text?: string,
 *   texts?: [name: string, value: string][],
 *   files?: [name: string, file: File][],
 * }} CallRequest
 */

/** @param {CallRequest} request @returns {[url: string, init: RequestInit]} */
export function fetchArguments({ url, method, headers, type, text, texts = [], files }) {
  const all = type === undefined || files !== undefined ? headers : [...headers, ['Content-Type', type]];
  const init = {
    method,
    headers: /** @type {[string, string][]} */ (all),
    redirect: /** @type {const} */ ('manual'),
  };
  if (method === 'GET') return [withQuery(url, texts), init];
  if (text !== undefined) return [url, { ...init, body: text }];
  if (files === undefined) return [url, { ...init, body: new URLSearchParams(texts) }];
  const form = new FormData();
  for (const [name, value] of texts) form.append(name, value);
  for (const [name, file] of files) form.append(name, file);
  return [url, { ...init, body: form }];
}

/** The same as a command for a shell. @param {CallRequest} request @param {string | undefined} kind of the method */
export function curlCommand({ url, method, headers, type, text, texts = [], files }, kind) {
  const parts = ['curl'];
  if (kind === 'download') parts.push('-OJ');
  if (kind === 'stream') parts.push('-N');
  for (const [name, value] of headers) parts.push(`-H ${quoted(`${name}: ${value}`)}`);
  if (method === 'GET') return [...parts, quoted(withQuery(url, texts))].join(' ');
  if (text !== undefined) parts.push(`-H ${quoted(`Content-Type: ${type}`)}`, `--data-raw ${quoted(text)}`);
  else if (files === undefined) {
    for (const [name, value] of texts) parts.push(`--data-urlencode ${quoted(`${name}=${value}`)}`);
    if (texts.length === 0) parts.push('-X POST');
  } else {
    for (const [name, value] of texts) parts.push(`--form-string ${quoted(`${name}=${value}`)}`);
    for (const [name, file] of files) parts.push(`-F ${quoted(`${name}=@${file.name}`)}`);
  }
  return [...parts, quoted(url)].join(' ');
}

/** @param {string} url @param {[string, string][]} texts */
function withQuery(url, texts) {
  const query = new URLSearchParams(texts).toString();
  return query === '' ? url : `${url}?${query}`;
}

/** @param {string} text */
function quoted(text) {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
