import type { Field } from '../descriptor/field.ts';
import { scalarOf } from './scalars.ts';

/** What a singular field that nobody has set stands for. */
export function defaultOf({ value, defaultValue: text }: Field): unknown {
  if (value.kind === 'message') return undefined;
  if (value.kind === 'enum') {
    const { values } = value.type.descriptor;
    return (values.find(({ name }) => name === text) ?? values[0])?.number ?? 0;
  }
  const { zero } = scalarOf(value.scalar, value.checkUtf8).wire;
  if (text === undefined) return zero;
  switch (typeof zero) {
    case 'string':
      return text;
    case 'boolean':
      return text === 'true';
    case 'bigint':
      return /^-?\d{1,20}$/.test(text) ? BigInt(text) : zero;
    case 'number':
      return numberOf(text);
    default:
      return unescapeBytes(text);
  }
}

function numberOf(text: string): number {
  if (text === 'nan') return NaN;
  return Number(text.endsWith('inf') ? text.replace('inf', 'Infinity') : text);
}

const ESCAPES: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9 };

/** The default of a bytes field is ASCII with C escapes (descriptor.proto). */
function unescapeBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const [, escape, plain] of text.matchAll(/\\([0-7]{3}|x[0-9a-fA-F]{2}|.)|([^\\])/gs)) {
    if (escape === undefined) bytes.push(plain!.charCodeAt(0));
    else if (escape.length === 3) {
      bytes.push(escape.startsWith('x') ? parseInt(escape.slice(1), 16) : parseInt(escape, 8));
    } else bytes.push(ESCAPES[escape] ?? escape.charCodeAt(0));
  }
  return Uint8Array.from(bytes);
}
