import { comment, element } from './dom.js';
import { rulesOf } from './rules.js';

/**
 * A table of the fields of a message. Those of messages inside are shown when they are asked for: a message may hold
 * itself.
 * @param {import('./schema.js').Schemas} schemas
 * @param {import('./schema.js').Schema} schema
 * @returns {HTMLElement}
 */
export function fieldTable(schemas, schema) {
  const fields = schemas.fields(schema);
  if (fields.length === 0) return element('p.facts', {}, 'No fields.');
  const required = new Set(schemas.required(schema));
  const rows = fields.map(([name, field]) => {
    const rules = rulesOf(schemas, field, required.has(name));
    return element(
      'tr',
      {},
      element('th', {}, element(field.deprecated ? 'code.deprecated' : 'code', {}, name)),
      element(
        'td',
        {},
        ...typeOf(schemas, field),
        ...(rules.length === 0 ? [] : [element('p.facts', {}, rules.join('; '))]),
        ...comment(field.description),
      ),
    );
  });
  return element('table', {}, ...rows);
}

/** @param {import('./schema.js').Schemas} schemas @param {import('./schema.js').Schema} field */
function typeOf(schemas, field) {
  const resolved = schemas.resolve(field);
  const values = (resolved.type === 'array' ? schemas.resolve(resolved.items) : resolved).enum;
  const oneof = field['x-pipit-oneof'];
  const name = element('span.type', {}, schemas.typeName(field) + (oneof ? ` (one of ${oneof})` : ''));
  if (values !== undefined) return [name, element('p.facts', {}, values.join(', '))];
  if (schemas.fields(field).length === 0) return [name];
  const details = element('details', {}, element('summary', {}, name));
  details.addEventListener('toggle', () => details.append(fieldTable(schemas, field)), { once: true });
  return [details];
}
