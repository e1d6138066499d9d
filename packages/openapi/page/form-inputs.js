import { element } from './dom.js';

/** The inputs of a form, a multipart form or a query. A blank one is not sent. */
export class FormInputs {
  /** @type {HTMLElement} */
  element;
  /** @type {[name: string, input: any, isFile: boolean][]} */
  #inputs;

  /**
   * @param {import('./schema.js').Schemas} schemas
   * @param {[name: string, schema: import('./schema.js').Schema][]} fields
   */
  constructor(schemas, fields) {
    this.#inputs = fields.map(([name, field]) => {
      const resolved = schemas.resolve(field);
      const isList = resolved.type === 'array';
      const isFile = Boolean((isList ? resolved.items : resolved).contentMediaType);
      return [name, inputFor(name, resolved, isFile, isList), isFile];
    });
    const labels = this.#inputs.map(([name, input], i) => {
      const [, field] = /** @type {[string, any]} */ (fields[i]);
      const isList = schemas.resolve(field).type === 'array' && input.type !== 'file';
      const hint = isList ? ', separated by commas' : '';
      return element('label', {}, element('span', {}, `${name}: ${schemas.typeName(field)}${hint}`), input);
    });
    this.element = element(
      'div',
      {},
      ...(labels.length === 0 ? [element('p.facts', {}, 'It has no fields.')] : labels),
    );
  }

  /** The texts that are filled in. @returns {[name: string, value: string][]} */
  get texts() {
    return this.#inputs.flatMap(([name, input, isFile]) =>
      isFile || input.value === '' ? [] : [[name, input.value]],
    );
  }

  /** The files that are chosen. @returns {[name: string, file: File][]} */
  get files() {
    return this.#inputs.flatMap(([name, input, isFile]) =>
      isFile
        ? [...input.files].map((/** @type {File} */ file) => /** @type {[string, File]} */ ([name, file]))
        : [],
    );
  }
}

/** @param {string} name @param {import('./schema.js').Schema} schema @param {boolean} isFile @param {boolean} isList */
function inputFor(name, schema, isFile, isList) {
  if (isFile) return element('input', { name, type: 'file', multiple: isList });
  const values = schema.type === 'boolean' ? ['true', 'false'] : undefined;
  if (values === undefined) return element('input', { name, autocomplete: 'off' });
  const options = ['', ...values].map((value) => element('option', { value }, value));
  return element('select', { name }, ...options);
}
