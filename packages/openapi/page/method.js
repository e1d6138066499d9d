import { comment, element } from './dom.js';
import { fieldTable } from './fields.js';
import { tryMethod } from './try.js';

const badges = /** @type {Record<string, string>} */ ({
  envelope: 'envelope: a code above 0 is a business error',
  download: 'download: answers with a file',
  stream: 'stream: answers with messages as they come',
});

/**
 * The page of one method.
 * @param {import('./schema.js').Schemas} schemas
 * @param {string} path
 * @param {any} item the operations at the path
 * @param {string} server its URL, without a slash at the end
 * @param {import('./headers.js').CallHeaders} headers
 * @returns {Node[]}
 */
export function methodPage(schemas, path, item, server, headers) {
  const { post, get } = item;
  const kind = post['x-pipit-kind'];
  const url = server + path;
  const shown = [
    ...(post.deprecated ? [element('span.badge', { className: 'badge warn' }, 'deprecated')] : []),
    ...(kind === undefined ? [] : [element('span.badge', {}, badges[kind] ?? kind)]),
    ...(get === undefined ? [] : [element('span.badge', {}, 'no side effects: open to GET')]),
  ];
  const answer = messageOf(post.responses[200].content);
  return [
    element('h1', {}, post.summary, ' ', element('small', {}, post.tags[0])),
    element('p', {}, ...shown),
    ...comment(post.description),
    element('p', {}, element('code', {}, `POST ${url}`)),
    element(
      'div.columns',
      {},
      element(
        'div',
        {},
        element('h3', {}, 'Request'),
        ...comment(post.requestBody.description),
        fieldTable(schemas, post.requestBody.content['application/json'].schema),
        element('h3', {}, kind === 'stream' ? 'Each message' : 'Answer'),
        ...comment(post.responses[200].description),
        ...(answer === undefined ? [] : [fieldTable(schemas, answer)]),
      ),
      tryMethod(schemas, item, url, headers),
    ),
  ];
}

/** The schema of what is answered, of a stream that of each message; undefined for a download. @param {any} content */
function messageOf(content) {
  const line = content['application/x-ndjson']?.schema;
  return line === undefined ? content['application/json']?.schema : line.oneOf[0].properties.result;
}
