// Throws random bytes and mutated messages at every message type of test/gen, as binary, JSON and form.
// `npm run fuzz [-- --seconds 600 --seed 1]`; the same seed throws the same. See RECORD.md for what came of it.
//
// What must hold: nothing but DecodeError (FormError for a form) comes out, no input takes long, and what decodes
// goes through encode and decode unchanged.
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { createRegistry, DecodeError, EncodeError, FormError } from '@pipit/runtime/codec';
import { parseForm } from '../../packages/runtime/dist/form/parse-form.js';
import { compiledTypes, compileGenerated } from '../tools/compiled-types.js';
import { mutate, Random, randomBytes, randomForm, randomJson } from './input.js';

/** No input is larger than a few kilobytes: what takes this long does not grow with the input. */
const MAX_MS = 250;
/** One of these many messages is kept to be mutated further. */
const CORPUS = 400;

const { values: flags } = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});
const seconds = Number(flags.seconds);
const seed = Number(flags.seed);
const random = new Random(seed);

compileGenerated('fuzz');
const types = await compiledTypes('fuzz');
const registry = createRegistry(...types);

/** @type {Map<string, { binary: Uint8Array[], json: Uint8Array[] }>} what decoded, by type */
const corpus = new Map(
  types.map((type) => [type.typeName, { binary: [new Uint8Array()], json: [Buffer.from('{}')] }]),
);
const counts = { binary: 0, json: 0, form: 0, accepted: 0, slowest: 0 };
/** @type {Map<string, string>} */
const findings = new Map();

console.log(
  `seed ${seed}, ${seconds} s, ${types.length} types, Node ${process.version}, ${cpus()[0]?.model} × ${cpus().length}`,
);
const stop = Date.now() + seconds * 1000;
while (Date.now() < stop) {
  for (let i = 0; i < 200; i++) step(random.pick(types));
}
console.log(
  `${counts.binary} binary, ${counts.json} JSON, ${counts.form} forms; ${counts.accepted} accepted; slowest ${counts.slowest.toFixed(1)} ms; ${findings.size} finding(s)`,
);
for (const [what, input] of findings) console.error(`\n${what}\n  ${input}`);
process.exitCode = findings.size > 0 ? 1 : 0;

function step(type) {
  const kept = corpus.get(type.typeName);
  const kind = random.below(10);
  if (kind < 5) {
    const bytes =
      random.below(4) === 0
        ? randomBytes(random)
        : mutate(random, random.pick(kept.binary), random.pick(random.pick([...corpus.values()]).binary));
    counts.binary++;
    const options = { discardUnknown: random.below(8) === 0 };
    const message = attempt(type, 'binary', bytes, DecodeError, () => type.decode(bytes, options));
    if (message !== undefined) keep(type, kept, 'binary', message, bytes);
  } else if (kind < 9) {
    const bytes =
      random.below(3) === 0
        ? randomJson(random, type)
        : mutate(random, random.pick(kept.json), random.pick(random.pick([...corpus.values()]).json));
    counts.json++;
    const options = { strict: random.below(4) === 0, registry };
    const message = attempt(type, 'JSON', bytes, DecodeError, () => type.fromJsonBytes(bytes, options));
    if (message !== undefined) keep(type, kept, 'JSON', message, bytes);
  } else {
    const bytes = randomForm(random, type);
    counts.form++;
    const message = attempt(type, 'form', bytes, FormError, () => type.fromForm(parseForm(bytes, undefined)));
    if (message !== undefined) keep(type, kept, 'form', message, bytes);
  }
}

/** What reads, or undefined for what is refused as it should be. */
function attempt(type, kind, input, expected, read) {
  const start = performance.now();
  try {
    return read();
  } catch (error) {
    if (!(error instanceof expected)) found(type, `${kind}: ${error?.stack ?? error}`, input);
    return undefined;
  } finally {
    const took = performance.now() - start;
    // The machine may have been busy with something else: what is slow is slow again.
    if (took > counts.slowest) counts.slowest = Math.max(counts.slowest, Math.min(took, again(read)));
    if (took > MAX_MS && again(read) > MAX_MS) found(type, `${kind}: took ${Math.round(took)} ms`, input);
  }
}

/** How long an input takes once more, in milliseconds. */
function again(read) {
  const start = performance.now();
  try {
    read();
  } catch {
    // It did so before.
  }
  return performance.now() - start;
}

/** What was accepted must be stable, and is mutated further. */
function keep(type, kept, kind, message, input) {
  counts.accepted++;
  try {
    // In JSON a closed enum may hold any number, which is an unknown field once it was binary.
    if (kind !== 'binary') message = type.decode(type.encode(message));
    const bytes = type.encode(message);
    const again = type.decode(bytes);
    if (!Buffer.from(type.encode(again)).equals(Buffer.from(bytes)))
      found(type, 'binary is not stable', input);
    store(kept.binary, bytes.slice());
    const json = type.toJsonBytes(again, { registry });
    const fromJson = type.fromJsonBytes(json, { registry, strict: true });
    if (!Buffer.from(type.toJsonBytes(fromJson, { registry })).equals(Buffer.from(json)))
      found(type, 'JSON is not stable', input);
    store(kept.json, json.slice());
  } catch (error) {
    // A required message, a Value of no kind, a Timestamp out of range: valid in binary, or not to be written.
    if (error instanceof EncodeError) return;
    // An Any in JSON holds a message, and bytes that are none are found out when it is written.
    if (error instanceof DecodeError && /Any|wkt/.test(type.typeName)) return;
    found(type, `after decoding: ${error?.stack ?? error}`, input);
  }
}

function store(list, bytes) {
  if (bytes.length > 4000) return;
  if (list.length < CORPUS) list.push(bytes);
  else list[random.below(CORPUS)] = bytes;
}

function found(type, what, input) {
  const key = `${type.typeName}: ${what}`;
  const short = key.split('\n').slice(0, 4).join('\n');
  if (findings.size < 50 && !findings.has(short)) {
    findings.set(short, `base64 ${Buffer.from(input).toString('base64').slice(0, 2000)}`);
  }
}
