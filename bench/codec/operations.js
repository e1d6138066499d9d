import { fixture } from './workspace.js';

/**
 * The measured operations: `codec` is what a peer's `load` returned, `schema` the schema's name.
 * `prepare` returns the function to time, or undefined where the peer has no such operation.
 * Everything starts from and ends in bytes, as a server meets it; `encode` and `jsonOut` get what the peer's own
 * `decode` returned.
 */
export const operations = {
  encode: {
    title: 'encode',
    prepare(codec, schema) {
      if (codec.encode === undefined) return undefined;
      const value = sample(codec, schema);
      return () => codec.encode(value);
    },
  },
  decode: {
    title: 'decode',
    prepare(codec, schema) {
      if (codec.decode === undefined) return undefined;
      const bytes = fixture(schema, 'bin');
      return () => codec.decode(bytes);
    },
  },
  jsonOut: {
    title: 'message → JSON bytes',
    prepare(codec, schema) {
      if (codec.toJsonBytes === undefined) return undefined;
      const value = sample(codec, schema);
      return () => codec.toJsonBytes(value);
    },
  },
  jsonIn: {
    title: 'JSON bytes → message',
    /** `kind` is the fixture to read: a peer that cannot read ProtoJSON gets what it wrote itself. */
    prepare(codec, schema, kind = `${codec.jsonNames}.json`) {
      if (codec.fromJsonBytes === undefined) return undefined;
      const bytes = fixture(schema, kind);
      return () => codec.fromJsonBytes(bytes);
    },
  },
  formIn: {
    title: 'form bytes → message',
    prepare(codec, schema) {
      if (codec.fromForm === undefined || schema !== 'small') return undefined;
      const bytes = fixture(schema, 'form');
      return () => codec.fromForm(bytes);
    },
  },
};

/** The value a peer encodes: decoded by itself; plain data for those without a schema. */
function sample(codec, schema) {
  return codec.plain
    ? JSON.parse(fixture(schema, 'proto.json').toString())
    : codec.decode(fixture(schema, 'bin'));
}
