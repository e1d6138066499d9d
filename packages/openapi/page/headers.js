import { element } from './dom.js';

const key = 'pipit-docs-headers';

/**
 * What is sent with every call: a login as the document describes it, and headers line by line. It is forgotten with
 * the tab.
 */
export class CallHeaders {
  #inputs = new Map();

  /** @param {any} document @param {Element} place */
  constructor(document, place) {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? '{}');
    const add = (
      /** @type {string} */ name,
      /** @type {string} */ label,
      /** @type {HTMLElement} */ input,
    ) => {
      /** @type {any} */ (input).value = kept[name] ?? '';
      input.addEventListener('input', () => this.#keep());
      this.#inputs.set(name, input);
      place.append(element('label', {}, element('span', {}, label), input));
    };
    for (const [name, scheme] of Object.entries(document.components.securitySchemes ?? {})) {
      const header = headerOf(scheme);
      if (header !== undefined) {
        add(
          `scheme ${header.name} ${header.before}`,
          scheme.description ?? name,
          element('input', { type: 'password', autocomplete: 'off' }),
        );
      }
    }
    add(
      'lines',
      'Headers, one a line',
      element('textarea', { rows: 3, placeholder: 'Authorization: Bearer …', spellcheck: false }),
    );
  }

  /** @returns {[name: string, value: string][]} */
  get() {
    /** @type {[string, string][]} */
    const all = [];
    for (const [name, { value }] of this.#inputs) {
      if (value === '') continue;
      if (name === 'lines') all.push(...linesOf(value));
      else {
        const [, header, before] = name.split(' ');
        all.push([header, before === '' ? value : `${before} ${value}`]);
      }
    }
    return all;
  }

  #keep() {
    const values = [...this.#inputs].map(([name, { value }]) => [name, value]);
    sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(values)));
  }
}

/** @param {any} scheme */
function headerOf({ type, scheme, in: place, name }) {
  if (type === 'http' && scheme?.toLowerCase() === 'bearer')
    return { name: 'Authorization', before: 'Bearer' };
  return type === 'apiKey' && place === 'header' ? { name, before: '' } : undefined;
}

/** @param {string} text @returns {[string, string][]} */
function linesOf(text) {
  return text.split('\n').flatMap((line) => {
    const at = line.indexOf(':');
    return at < 1 ? [] : [[line.slice(0, at).trim(), line.slice(at + 1).trim()]];
  });
}
