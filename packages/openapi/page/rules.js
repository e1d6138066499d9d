/** @typedef {import('./schema.js').Schema} Schema */

/**
 * The rules that a field has, in words: what the document says of it in the keywords of JSON Schema.
 * @param {import('./schema.js').Schemas} schemas
 * @param {Schema} field
 * @param {boolean} isRequired
 * @returns {string[]} none for a field without rules
 */
export function rulesOf(schemas, field, isRequired) {
  const resolved = schemas.resolve(field);
  const words = [...(isRequired ? ['required'] : []), ...wordsOf(resolved)];
  const zero = field.anyOf?.find((/** @type {Schema} */ one) => Object.keys(one).join() === 'const');
  if (zero !== undefined) words.push(`or ${shown(zero.const)}`);
  const inner = resolved.type === 'array' ? resolved.items : resolved.additionalProperties;
  // What a message holds is told where its fields are.
  if (typeof inner !== 'object' || schemas.fields(field).length > 0) return words;
  return [...words, ...wordsOf(schemas.resolve(inner)).map((word) => `each ${word}`)];
}

/**
 * @param {Schema} schema
 * @returns {string[]}
 */
function wordsOf(schema) {
  const { minLength, maxLength, minItems, maxItems, minProperties, maxProperties, uniqueItems, not } = schema;
  return [
    ...amount('character', minLength, maxLength),
    ...amount('item', minItems, maxItems),
    ...amount('entry', minProperties, maxProperties),
    ...(uniqueItems === true ? ['no two items alike'] : []),
    ...numbers(schema),
    ...(schema.const === undefined ? [] : [`exactly ${JSON.stringify(schema.const)}`]),
    ...(not?.enum === undefined ? [] : [`none of ${not.enum.map(shown).join(', ')}`]),
    ...(not?.const === undefined ? [] : [`not ${shown(not.const)}`]),
    ...pattern(schema),
    ...(schema.allOf ?? []).flatMap(wordsOf),
  ];
}

/**
 * @param {string} noun
 * @param {number | undefined} least
 * @param {number | undefined} most
 */
function amount(noun, least, most) {
  /** @param {number} count */
  const nouns = (count) => `${count} ${count === 1 ? noun : noun.replace(/y$/, 'ie') + 's'}`;
  if (least !== undefined && least === most) return [`exactly ${nouns(least)}`];
  if (least !== undefined && most !== undefined) return [`${least} to ${nouns(most)}`];
  if (least !== undefined) return [`at least ${nouns(least)}`];
  return most === undefined ? [] : [`at most ${nouns(most)}`];
}

const largestUint32 = 4_294_967_295;

/**
 * The bounds of a number, but for those that its type has anyway.
 * @param {Schema} schema
 */
function numbers({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  const isUint32 = minimum === 0 && maximum === largestUint32;
  return [
    ...(minimum === undefined || isUint32 ? [] : [`at least ${minimum}`]),
    ...(exclusiveMinimum === undefined ? [] : [`more than ${exclusiveMinimum}`]),
    ...(maximum === undefined || maximum === largestUint32 ? [] : [`at most ${maximum}`]),
    ...(exclusiveMaximum === undefined ? [] : [`less than ${exclusiveMaximum}`]),
  ];
}

/**
 * A number in a string, or a duration, has one because of its type.
 * @param {Schema} schema
 */
function pattern({ pattern, format }) {
  const isOfType = format === 'int64' || format === 'uint64' || /^\^-?\\d/.test(pattern ?? '');
  return pattern === undefined || isOfType ? [] : [`matches ${pattern}`];
}

/** @param {unknown} value */
function shown(value) {
  return value === '' ? 'an empty text' : String(value);
}
