import { isObjectMember, lowerCamel, propertyName } from '@pipit/schema';
import type { PluginOptions } from '../options.ts';
import { PluginError } from '../plugin-error.ts';

/**
 * Names of generated TypeScript, by one rule: what a user wrote literally keeps its name, and what is derived of it gets
 * a `$` until nothing else in its scope is called so. A proto identifier never holds `$`, so whatever would collide with
 * the language, with globals or with our own output is free of collisions too.
 */

/** Reserved words and built-in types no declaration can be named after, and globals that generated code uses. */
const reservedTypes = new Set(
  (
    'any as async await bigint boolean break case catch class const continue debugger declare default delete do else ' +
    'enum export extends false finally for function if implements import in infer instanceof interface is keyof let ' +
    'module namespace never new null number object of package private protected public readonly return static ' +
    'string super switch symbol this throw true try type typeof undefined unique unknown var void while with yield ' +
    'arguments eval globalThis NaN Infinity ' +
    'Array BigInt Boolean Number Object Promise Readonly Record String Symbol Uint8Array'
  ).split(' '),
);

/** A name that a declaration is to have; it is literal where it is what the proto says. */
export interface Wish {
  readonly name: string;
  readonly literal: boolean;
}

/** The names of one scope: of a file, of the members of a message, of the methods of a service. */
export class Names {
  readonly #isReserved: (name: string) => boolean;
  readonly #taken = new Set<string>();

  constructor(isReserved: (name: string) => boolean = () => false) {
    this.#isReserved = isReserved;
  }

  /** The scope of a file's types and consts. */
  static ofFile(): Names {
    return new Names((name) => reservedTypes.has(name));
  }

  /** The scope of a service's methods. A client must not look like a promise, hence `then$`. */
  static ofMethods(): Names {
    return new Names((name) => isObjectMember(name) || name === 'then');
  }

  /** @returns the name, with a `$` behind it until it is free */
  claim(name: string): string {
    let free = name;
    while (this.#taken.has(free) || this.#isReserved(free)) free += '$';
    this.#taken.add(free);
    return free;
  }

  /** Claims several names, literal ones before derived ones. @returns them in the order of the wishes */
  claimAll(wishes: readonly Wish[]): string[] {
    const names = wishes.map(({ name, literal }) => (literal ? this.claim(name) : ''));
    return wishes.map(({ name, literal }, i) => (literal ? names[i]! : this.claim(name)));
  }
}

/** A message, enum or service: `Outer.Inner` is `Outer_Inner`. */
export function typeWish(path: readonly string[]): Wish {
  return { name: path.join('_'), literal: path.length === 1 };
}

/** An extension: a field name is not a type name, so it is camelCased like a field, unless that leaves a digit in front. */
export function extensionWish(path: readonly string[]): Wish {
  const protoName = path.at(-1)!;
  const camel = propertyName(protoName);
  const name = path.length === 1 && !IDENTIFIER.test(camel) ? protoName : camel;
  return { name: [...path.slice(0, -1), name].join('_'), literal: path.length === 1 && name === protoName };
}

/** A field or oneof. @param style whether properties are called as the proto says */
export function memberWish(protoName: string, style: PluginOptions['names']): Wish {
  const name = style === 'camel' ? propertyName(protoName) : ownName(protoName);
  return { name, literal: name === protoName };
}

/** A name as it is, unless every object has such a member: an unset field must not read it. */
function ownName(protoName: string): string {
  return isObjectMember(protoName) || protoName in Object.prototype ? `${protoName}$` : protoName;
}

/**
 * The beginning that the names of an enum's values have by convention: `COLOR_` where the enum is called `Color`, and every
 * value has more to its name; else nothing.
 */
export function enumPrefix(name: string, values: readonly { readonly name: string }[]): string {
  const prefix = `${name.replace(/([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3_$2$4').toUpperCase()}_`;
  return values.every(
    (value) => value.name.startsWith(prefix) && /^[A-Za-z_]/.test(value.name.slice(prefix.length)),
  )
    ? prefix
    : '';
}

/** The method of an rpc: `GetUser` is `getUser`. */
export function methodWish(protoName: string): Wish {
  const camel = lowerCamel(protoName);
  const name = camel === '' ? protoName : camel.charAt(0).toLowerCase() + camel.slice(1);
  return { name, literal: name === protoName };
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
