import { BinaryWriter } from '../codec/binary-writer.ts';
import type { PathStep, Violation } from '../validate/violations.ts';
import type { ErrorDetail } from './twirp-error.ts';

// buf/validate/validate.proto: the tags of Violations, Violation, FieldPath and FieldPathElement.
const violationsTag = { violations: 0x0a } as const;
const violationTag = { ruleId: 0x12, message: 0x1a, forKey: 0x20, field: 0x2a, rule: 0x32 } as const;
const pathTag = { elements: 0x0a } as const;
const elementTag = {
  fieldName: 0x12,
  index: 0x30,
  boolKey: 0x38,
  intKey: 0x40,
  uintKey: 0x48,
  stringKey: 0x52,
} as const;

/** In trailers a detail is base64, and a head of more than 16 KiB breaks off a connection. In bytes. */
const longestDetail = 8 * 1024;

/**
 * Violations as a `buf.validate.Violations`, the first ones where all are too many; there is one at least. Fields are
 * told by name: their numbers and types are in the caller's own schema.
 */
export function violationsDetail(violations: readonly Violation[]): ErrorDetail {
  const writer = new BinaryWriter();
  let size = 0;
  for (const violation of violations) {
    const bytes = encoded(violation);
    size += bytes.length;
    if (size > longestDetail && size > bytes.length) break;
    writer.bytes(violationsTag.violations, bytes);
  }
  return { typeUrl: 'type.googleapis.com/buf.validate.Violations', value: writer.finish() };
}

function encoded({ rule, message, forKey, path, rulePath }: Violation): Uint8Array {
  const writer = new BinaryWriter();
  writer.string(violationTag.ruleId, rule);
  if (message !== '') writer.string(violationTag.message, message);
  writer.bool(violationTag.forKey, forKey);
  writePath(writer, violationTag.field, path);
  writePath(writer, violationTag.rule, rulePathSteps(rulePath));
  return writer.finish();
}

function writePath(writer: BinaryWriter, tag: number, path: readonly PathStep[]): void {
  if (path.length === 0) return;
  const mark = writer.begin(tag);
  let element: number | undefined;
  for (const step of path) {
    // A place in a list, or a key, belongs to the field before it.
    if (typeof step !== 'string') {
      writeSubscript(writer, step);
      continue;
    }
    if (element !== undefined) writer.end(element);
    element = writer.begin(pathTag.elements);
    writer.string(elementTag.fieldName, step);
  }
  if (element !== undefined) writer.end(element);
  writer.end(mark);
}

function writeSubscript(writer: BinaryWriter, step: Exclude<PathStep, string>): void {
  if (typeof step === 'number') writer.uint64(elementTag.index, BigInt(step));
  else if (typeof step.key === 'boolean') writer.bool(elementTag.boolKey, step.key);
  else if (typeof step.key === 'string') writer.string(elementTag.stringKey, step.key);
  else if (BigInt.asIntN(64, BigInt(step.key)) === BigInt(step.key))
    writer.int64(elementTag.intKey, BigInt(step.key));
  else writer.uint64(elementTag.uintKey, BigInt(step.key));
}

/** `repeated.items.cel[0]` in steps; an extension is a name in brackets: `int32[rules.even]`. */
function rulePathSteps(path: string): PathStep[] {
  return [...path.matchAll(/\[(\d+)\]|\[[^\]]+\]|[^.[\]]+/g)].map(([step, index]) =>
    index === undefined ? step : Number(index),
  );
}
