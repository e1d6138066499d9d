import { element } from './dom.js';

/** @typedef {[name: string, isMessage: boolean]} FileField */

/** A body in JSON, with an example to begin with, and a way to put files into it. */
export class JsonInput {
  /** @type {HTMLElement} */
  element;
  /** @type {HTMLTextAreaElement} */
  #text;

  /**
   * @param {import('./schema.js').Schemas} schemas
   * @param {import('./schema.js').Schema} schema
   */
  constructor(schemas, schema) {
    const example = JSON.stringify(schemas.example(schema), null, 2);
    const rows = Math.min(24, Math.max(4, example.split('\n').length + 1));
    this.#text = element('textarea', { value: example, rows, spellcheck: false, 'aria-label': 'JSON' });
    const files = fileFields(schemas, schema).map(([name, isMessage]) => {
      const input = element('input', { type: 'file', name });
      input.addEventListener('change', () => this.#put(name, isMessage, input.files[0]));
      return element('label', {}, element('span', {}, `Put a file into ${name}`), input);
    });
    this.element = element('div', {}, this.#text, ...files);
  }

  get text() {
    return this.#text.value;
  }

  /** @param {string} name @param {boolean} isMessage @param {File | undefined} file */
  async #put(name, isMessage, file) {
    if (file === undefined) return;
    const data = base64(new Uint8Array(await file.arrayBuffer()));
    const content_type = file.type;
    let body = {};
    try {
      body = JSON.parse(this.#text.value);
    } catch {
      // What is not JSON is begun anew.
    }
    const value = isMessage ? { content_type, data, filename: file.name } : data;
    const beside = !isMessage && name === 'data' && 'content_type' in body ? { content_type } : {};
    this.#text.value = JSON.stringify({ ...body, ...beside, [name]: value }, null, 2);
  }
}

/** @param {import('./schema.js').Schemas} schemas @param {import('./schema.js').Schema} schema @returns {FileField[]} */
function fileFields(schemas, schema) {
  return schemas.fields(schema).flatMap(([name, field]) => {
    const resolved = schemas.resolve(field);
    if (resolved.contentEncoding === 'base64') return [/** @type {FileField} */ ([name, false])];
    const inner = resolved.type === 'object' ? resolved.properties : undefined;
    const isFile = inner?.content_type !== undefined && inner.data?.contentEncoding === 'base64';
    return isFile ? [/** @type {FileField} */ ([name, true])] : [];
  });
}

/** @param {Uint8Array} bytes */
function base64(bytes) {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}
