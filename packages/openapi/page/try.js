import { showAnswer } from './answer.js';
import { copyButton, element } from './dom.js';
import { FormInputs } from './form-inputs.js';
import { JsonInput } from './json-input.js';
import { curlCommand, fetchArguments } from './request.js';

/** @typedef {{ label: string, element: HTMLElement, request: () => Omit<import('./request.js').CallRequest, 'url' | 'headers'> }} Way */

/**
 * The part of a method's page that calls it, in each way that there is.
 * @param {import('./schema.js').Schemas} schemas
 * @param {any} item the operations at the method's path
 * @param {string} url
 * @param {import('./headers.js').CallHeaders} headers
 * @returns {HTMLElement}
 */
export function tryMethod(schemas, item, url, headers) {
  const kind = item.post['x-pipit-kind'];
  const ways = waysOf(schemas, item);
  let way = /** @type {Way} */ (ways[0]);
  const answer = element('div.answer');
  const input = element('div');
  const curl = element('pre.curl');
  const request = () => ({ ...way.request(), url, headers: headers.get() });
  const showCurl = () => (curl.textContent = curlCommand(request(), kind));
  const tabs = ways.map((each) =>
    element('button', { type: 'button', onclick: () => choose(each) }, each.label),
  );
  const choose = (/** @type {Way} */ chosen) => {
    way = chosen;
    input.replaceChildren(way.element);
    for (const [i, tab] of tabs.entries()) tab.setAttribute('aria-pressed', String(ways[i] === way));
    showCurl();
  };
  choose(way);
  const form = element(
    'form',
    {
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        showCurl();
        void showAnswer(answer, () => fetch(...fetchArguments(request())), kind);
      },
      oninput: showCurl,
      onchange: showCurl,
    },
    element('div.tabs', {}, ...tabs),
    input,
    element(
      'div.actions',
      {},
      element('button.send', {}, 'Call'),
      copyButton('Copy as curl', () => curlCommand(request(), kind)),
    ),
  );
  const shown = element('details', {}, element('summary', {}, 'As a command'), curl);
  return element('section.try', {}, element('h3', {}, 'Try it'), form, shown, answer);
}

/** @param {import('./schema.js').Schemas} schemas @param {any} item @returns {Way[]} */
function waysOf(schemas, { post, get }) {
  const { content } = post.requestBody;
  const json = new JsonInput(schemas, content['application/json'].schema);
  /** @type {Way[]} */
  const ways = [
    {
      label: 'JSON',
      element: json.element,
      request: () => ({ method: 'POST', type: 'application/json', text: json.text }),
    },
  ];
  const form = content['multipart/form-data'] ?? content['application/x-www-form-urlencoded'];
  if (form !== undefined) {
    const isUrlencoded = 'application/x-www-form-urlencoded' in content;
    const inputs = new FormInputs(schemas, schemas.fields(form.schema));
    ways.push({
      label: 'Form',
      element: inputs.element,
      request: () => ({
        method: 'POST',
        type: 'application/x-www-form-urlencoded',
        texts: inputs.texts,
        ...(isUrlencoded && inputs.files.length === 0 ? {} : { files: inputs.files }),
      }),
    });
  }
  if (get !== undefined) {
    const fields = get.parameters.map((/** @type {any} */ { name, schema }) => [name, schema]);
    const inputs = new FormInputs(schemas, fields);
    ways.push({
      label: 'GET',
      element: inputs.element,
      request: () => ({ method: 'GET', texts: inputs.texts }),
    });
  }
  return ways;
}
