/**
 * Child process: `check.js <peer> <schema>` compares what a peer makes with protobuf-es and prints
 * `{ operation: { status, note?, fixture? } }`. Statuses:
 * `ok` the same message; `own` only JSON of the peer's own shape goes round; `wrong` another message, or an error;
 * `unchecked` for want of a right encode; `missing` no code for this schema. An operation the peer does not have is left out.
 */
import { equals, fromBinary, fromJsonString, toBinary } from '@bufbuild/protobuf';
import { isDeepStrictEqual } from 'node:util';
import { firstLine, load } from './load.js';
import { operations } from './operations.js';
import { protobufEs } from './peers/protobuf-es.js';
import { schemas } from './schemas.js';
import { fixture, peerFolder, writeFixture } from './workspace.js';

const [id, schema] = process.argv.slice(2);
const type = await protobufEs.descriptor(peerFolder(protobufEs.id), schema, schemas[schema].message);
const expected = fromBinary(type, fixture(schema, 'bin'));
const plain = JSON.parse(fixture(schema, 'proto.json').toString());

/** The fault of a message, or undefined. */
function difference(read) {
  try {
    const actual = read();
    if (equals(type, expected, actual)) return undefined;
    const fields = type.fields.filter((field) => !sameField(field, actual)).map((field) => field.name);
    return `differs in ${fields.join(', ')}`;
  } catch (error) {
    return firstLine(`${error.message}`);
  }
}

/** Compares one field, by messages that hold nothing but it. */
function sameField(field, actual) {
  const only = (message) => {
    const copy = fromBinary(type, new Uint8Array());
    if (field.oneof !== undefined) {
      const member = message[field.oneof.localName];
      if (member.case === field.localName) copy[field.oneof.localName] = member;
    } else {
      copy[field.localName] = message[field.localName];
    }
    return copy;
  };
  return equals(type, only(expected), only(actual));
}

const status = (problem) => (problem === undefined ? { status: 'ok' } : { status: 'wrong', note: problem });

function checkSchemaless(codec) {
  const results = {};
  const expectPlain = (operation) => {
    const run = operations[operation].prepare(codec, schema);
    if (run === undefined) return;
    const value = run();
    const data = value instanceof Uint8Array ? JSON.parse(value.toString()) : value;
    results[operation] = status(isDeepStrictEqual(data, plain) ? undefined : 'other data');
  };
  for (const operation of Object.keys(operations)) expectPlain(operation);
  return results;
}

function checkCodec(codec) {
  const results = {};
  const binary = (value) => fromBinary(type, codec.encode(value));
  // By way of bytes: protobuf-es keeps a float's JSON digits as a double, and 0.1 is not the float nearest to it.
  const json = (bytes) =>
    fromBinary(type, toBinary(type, fromJsonString(type, Buffer.from(bytes).toString())));
  const run = (operation, ...rest) => operations[operation].prepare(codec, schema, ...rest);

  const encode = difference(() => fromBinary(type, run('encode')()));
  results.encode = status(encode);
  // A decoded message is looked at through the peer's own encoder.
  results.decode =
    encode === undefined
      ? status(difference(() => binary(run('decode')())))
      : { status: 'unchecked', note: 'its encode is wrong' };

  if (codec.toJsonBytes !== undefined) {
    const out = difference(() => json(run('jsonOut')()));
    const into = difference(() => binary(run('jsonIn')()));
    results.jsonOut = status(out);
    results.jsonIn = status(into);
    if (encode === undefined && (out !== undefined || into !== undefined))
      checkOwnJson(codec, results, binary);
  }
  const form = attempt(() => run('formIn'));
  if (form !== undefined) results.formIn = status(difference(() => binary(form())));
  return results;
}

/** Where ProtoJSON does not go in or out: whether what the peer writes is at least what it reads. */
function checkOwnJson(codec, results, binary) {
  const kind = `${id}.json`;
  const own = attempt(() => operations.jsonOut.prepare(codec, schema)());
  if (own === undefined) return;
  writeFixture(schema, kind, own);
  if (difference(() => binary(operations.jsonIn.prepare(codec, schema, kind)())) !== undefined) return;
  if (results.jsonOut.status === 'wrong') results.jsonOut.status = 'own';
  if (results.jsonIn.status === 'wrong') Object.assign(results.jsonIn, { status: 'own', fixture: kind });
}

function attempt(run) {
  try {
    return run();
  } catch {
    return undefined;
  }
}

let results;
try {
  const codec = await load(id, schema);
  results = codec.plain ? checkSchemaless(codec) : 'encode' in codec ? checkCodec(codec) : {};
} catch (error) {
  const missing = { status: 'missing', note: firstLine(error.message) };
  results = Object.fromEntries(Object.keys(operations).map((operation) => [operation, missing]));
}
console.log(JSON.stringify(results));
