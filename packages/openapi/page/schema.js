/** @typedef {Record<string, any>} Schema */

/** The schemas of a document: what a reference stands for, what a type is called, and examples of values. */
export class Schemas {
  #document;

  /** @param {any} document */
  constructor(document) {
    this.#document = document;
  }

  /**
   * The schema without references and without null, which every message may be.
   * @param {Schema} schema
   * @returns {Schema}
   */
  resolve(schema) {
    if (typeof schema.$ref === 'string') {
      let found = this.#document;
      for (const key of schema.$ref.slice(2).split('/')) found = found[key];
      return this.resolve(found);
    }
    const either = schema.anyOf && valued(schema.anyOf);
    return either === undefined ? schema : this.resolve(either);
  }

  /**
   * The name of a type for people.
   * @param {Schema} schema
   * @returns {string}
   */
  typeName(schema) {
    const { type, format } = schema;
    if (typeof schema.$ref === 'string') return schema.$ref.split('/').at(-1) ?? '';
    if (schema.anyOf) return this.typeName(valued(schema.anyOf) ?? schema.anyOf[0]);
    if (schema.oneOf) return schema.oneOf[0].format ?? 'number';
    if (type === 'array') return `list of ${this.typeName(schema.items)}`;
    if (type === 'object') {
      const values = schema.additionalProperties;
      return typeof values === 'object' ? `map of ${this.typeName(values)}` : 'object';
    }
    if (schema.contentEncoding === 'base64') return 'bytes in base64';
    if (schema.contentMediaType) return 'file';
    if (format === 'int64' || format === 'uint64') return `${format} in a string`;
    if (format === 'date-time') return 'time';
    return format ?? (type === 'integer' ? 'uint32' : (type ?? 'any value'));
  }

  /**
   * The fields of a message; none for other values.
   * @param {Schema} schema
   * @returns {[name: string, schema: Schema][]}
   */
  fields(schema) {
    return Object.entries(this.#message(schema).properties ?? {});
  }

  /**
   * The names of those that may not be left out.
   * @param {Schema} schema
   * @returns {string[]}
   */
  required(schema) {
    return this.#message(schema).required ?? [];
  }

  /**
   * The message that a value is, or that it is a list or a map of.
   * @param {Schema} schema
   * @returns {Schema}
   */
  #message(schema) {
    const resolved = this.resolve(schema);
    if (resolved.type === 'array') return this.#message(resolved.items);
    if (typeof resolved.additionalProperties === 'object')
      return this.#message(resolved.additionalProperties);
    return resolved;
  }

  /**
   * A value that can be sent, with every field, but one of each oneof.
   * @param {Schema} schema
   * @param {number} depth of messages within each other
   * @returns {unknown}
   */
  example(schema, depth = 3) {
    const resolved = this.resolve(schema);
    if (resolved.default !== undefined) return resolved.default;
    if (resolved.enum) return resolved.enum[0];
    if (resolved.oneOf) return 0;
    switch (resolved.type) {
      case 'object':
        return this.#exampleObject(resolved, depth);
      case 'array':
        return this.fields(resolved).length > 0 || depth <= 1
          ? []
          : [this.example(resolved.items, depth - 1)];
      case 'integer':
      case 'number':
        return resolved.minimum > 0 ? resolved.minimum : 0;
      case 'boolean':
        return false;
      case 'string':
        return exampleText(resolved);
      default:
        return null;
    }
  }

  /** @param {Schema} schema @param {number} depth */
  #exampleObject(schema, depth) {
    /** @type {Record<string, unknown>} */
    const made = {};
    const oneofs = new Set();
    for (const [name, field] of Object.entries(schema.properties ?? {})) {
      const oneof = field['x-pipit-oneof'];
      const isRequired = schema.required?.includes(name);
      if (oneofs.has(oneof) || (!isRequired && (field.deprecated || (depth <= 0 && field.anyOf)))) continue;
      if (oneof !== undefined) oneofs.add(oneof);
      if (!name.startsWith('@')) made[name] = this.example(field, depth - 1);
    }
    return made;
  }
}

/**
 * Of the alternatives the one that is not null, nor the zero that a field without a value has.
 * @param {Schema[]} schemas
 */
function valued(schemas) {
  return schemas.find((one) => one.type !== 'null' && !('const' in one && Object.keys(one).length === 1));
}

/** @param {Schema} schema */
function exampleText({ format, pattern, contentEncoding }) {
  if (format === 'int64' || format === 'uint64') return '0';
  if (format === 'date-time') return new Date().toISOString();
  if (contentEncoding !== undefined) return '';
  return pattern?.endsWith('s$') ? '0s' : '';
}
