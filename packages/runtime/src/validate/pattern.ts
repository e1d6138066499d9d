/**
 * The rule `pattern`, in a module of its own because it brings an engine along. Patterns are of RE2's language and are
 * matched by an automaton, in time that grows with the text alone: JavaScript's own engine tries one way after the
 * other, and a text can be made for which there are too many.
 */
import { RE2JS } from '@bufbuild/re2';
import type { Violations } from './violations.ts';

/** Patterns come from schemas, so there are few; a gateway may see more of them in the course of time. */
const maxCompiled = 1000;
const compiled = new Map<string, RE2JS>();

/**
 * Reports whether a text matches a pattern, somewhere in it.
 * @throws {Error} for a pattern that is not one of RE2's
 */
export function matches(text: string, pattern: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    if (compiled.size >= maxCompiled) compiled.clear();
    compiled.set(pattern, (expression = RE2JS.compile(pattern)));
  }
  return expression.test(text);
}

export function pattern(v: Violations, at: string, text: string, pattern: string): void {
  if (!matches(text, pattern)) v.add(at, 'string.pattern', `does not match regex pattern \`${pattern}\``);
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @throws {TypeError} for bytes that are not UTF-8, as protovalidate does */
export function bytesPattern(v: Violations, at: string, bytes: Uint8Array, pattern: string): void {
  if (matches(decoder.decode(bytes), pattern)) return;
  v.add(at, 'bytes.pattern', `must match regex pattern \`${pattern}\``);
}
