import { createRequire } from 'node:module';
import type { tokenize as Tokenize } from 'protobufjs';

/** The tokenizer of protobufjs alone: all of protobufjs takes a tenth of a second to load, too long for completion. */
const tokenize = createRequire(import.meta.url)('protobufjs/src/tokenize.js') as typeof Tokenize;

/** The declarations of a proto by their place in its text, read without a compiler: it need not compile. */
export interface ProtoOutline {
  /** `user.v0`; '' for none. */
  readonly package: string;
  readonly services: readonly OutlinedService[];
  /** Names of the messages, enums and services at the top level. */
  readonly names: ReadonlySet<string>;
}

/** A service of a proto. */
export interface OutlinedService {
  readonly name: string;
  readonly methods: readonly OutlinedMethod[];
  /** Its closing brace: the how manieth token of the proto, from 0, and its line; undefined where it has none. */
  readonly closing: { readonly index: number; readonly line: number } | undefined;
}

/** A method of a service. */
interface OutlinedMethod {
  readonly name: string;
  /** Line of its name, from 1. */
  readonly line: number;
}

/** A word or sign of a proto, as protobufjs reads it; a string is its quotation mark. */
interface Token {
  readonly text: string;
  readonly line: number;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Outlines a proto; where it cannot be read to its end, as far as that goes: protoc will say what is wrong. */
export function outlineOf(text: string): ProtoOutline {
  const tokens = tokensOf(text);
  const names = new Set<string>();
  const services: OutlinedService[] = [];
  let packageName = '';
  let depth = 0;
  let service: (Writable<OutlinedService> & { methods: OutlinedMethod[] }) | undefined;
  for (const [index, { text: word, line }] of tokens.entries()) {
    const name = tokens[index + 1];
    if (word === '{') depth++;
    else if (word === '}') {
      depth--;
      if (depth > 0 || service === undefined) continue;
      service.closing = { index, line };
      service = undefined;
    } else if (name === undefined || !/^[A-Za-z_][\w.]*$/.test(name.text)) continue;
    else if (depth === 0 && word === 'package') packageName = name.text;
    else if (depth === 0 && /^(?:message|enum|service)$/.test(word) && tokens[index + 2]?.text === '{') {
      names.add(name.text);
      if (word !== 'service') continue;
      service = { name: name.text, methods: [], closing: undefined };
      services.push(service);
    } else if (depth === 1 && word === 'rpc') service?.methods.push({ name: name.text, line: name.line });
  }
  return { package: packageName, services, names };
}

/**
 * The offset of a service's closing brace; undefined where it has none.
 * The tokenizer tells lines only, so of the braces on the line it is the one up to which the text has as many tokens:
 * the others are of comments, of strings, or of something else.
 */
export function closingBrace(text: string, { closing }: OutlinedService): number | undefined {
  if (closing === undefined) return undefined;
  let at = 0;
  for (let line = 1; line < closing.line; line++) at = text.indexOf('\n', at) + 1;
  for (at = text.indexOf('}', at); at >= 0; at = text.indexOf('}', at + 1)) {
    const before = tokensOf(text.slice(0, at + 1));
    if (before.length === closing.index + 1 && before.at(-1)!.text === '}') return at;
  }
  return undefined;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  // A comment right after a word would be a part of it; one more blank in a string or a comment does not matter.
  const spaced = text.replaceAll(/(?<=\w)(?=\/[/*])/g, ' ');
  try {
    const tokenizer = tokenize(spaced, false);
    for (let word = tokenizer.next(); word !== null; word = tokenizer.next()) {
      tokens.push({ text: word, line: tokenizer.line });
      if (word !== '"' && word !== "'") continue;
      // What a string holds, and its other quotation mark.
      tokenizer.next();
      tokenizer.next();
    }
  } catch {
    // A string or a comment without an end.
  }
  return tokens;
}
