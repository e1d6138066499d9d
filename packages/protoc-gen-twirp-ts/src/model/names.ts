import { isObjectMember, lowerCamel } from '@pipit/schema';
import { PluginError } from '../plugin-error.ts';

/**
 * Names of generated TypeScript. A proto identifier never holds `$`, so whatever would collide with the
 * language, with globals or with our own output gets a `$` appended and is free of collisions.
 */

/** Reserved words and built-in types no declaration can be named after, and globals that generated code uses. */
const RESERVED_TYPES = new Set(
  (
    'any as async await bigint boolean break case catch class const continue debugger declare default delete do else ' +
    'enum export extends false finally for function if implements import in infer instanceof interface is keyof let ' +
    'module namespace never new null number object of package private protected public readonly return static ' +
    'string super switch symbol this throw true try type typeof undefined unique unknown var void while with yield ' +
    'arguments eval globalThis NaN Infinity ' +
    'Array BigInt Boolean Number Object Promise Readonly Record String Symbol Uint8Array'
  ).split(' '),
);

/** `Outer.Inner` is `Outer_Inner`. */
export function typeName(path: readonly string[]): string {
  return safeType(path.join('_'));
}

export function safeType(name: string): string {
  return RESERVED_TYPES.has(name) ? `${name}$` : name;
}

/** The method of an rpc: `GetUser` is `getUser`. A client must not look like a promise, hence `then$`. */
export function methodName(protoName: string): string {
  const camel = lowerCamel(protoName);
  const name = camel.charAt(0).toLowerCase() + camel.slice(1);
  return isObjectMember(name) || name === 'then' ? `${name}$` : name;
}

export function capitalize(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** A property as it is declared: quoted where it is no identifier (`_1` has the JSON name `1`). */
export function propertyKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : IDENTIFIER.test(name) ? name : quote(name);
}

/** How a property is read: `.name` or `['1']`. */
export function propertyAccess(name: string): string {
  return IDENTIFIER.test(name) ? `.${name}` : `[${quote(name)}]`;
}

/** Text that needs no escape in a string literal: ASCII without control characters, quotes and backslashes. */
const PLAIN = /^[ -&(-[\]-~]*$/;

/** A string literal. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`;
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

/** The path of a .proto file without its ending: generated files are named after it. */
export function stemOf(path: string): string {
  return path.replace(/\.proto$/, '');
}

/**
 * Refuses a path that compilers do not send, and that would lead out of the output folder or out of a comment.
 * @throws {PluginError}
 */
export function checkPath(path: string): void {
  // oxlint-disable-next-line no-control-regex
  const isValid = !/[\\\x00-\x1f\x7f\u2028\u2029]|^[A-Za-z]:/.test(path) && path.split('/').every(isPart);
  if (isValid) return;
  throw new PluginError(
    `${JSON.stringify(path)} is not a valid path of a .proto file: it is relative to an import path, as in "user/v0/echo.proto", without "..", backslashes and control characters`,
  );
}

function isPart(part: string): boolean {
  return part !== '' && part !== '.' && part !== '..';
}
