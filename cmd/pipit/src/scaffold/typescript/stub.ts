import { propertyKey } from './property-key.ts';
import type { Style } from './style.ts';

/** A method that nobody has written yet. */
export interface Stub {
  /** `hello` */
  readonly name: string;
  /** Names of types as the file has them. */
  readonly request: string;
  readonly response: string;
  /** True where it answers with a stream of responses. */
  readonly stream: boolean;
  /** `unimplemented`, as the file has it. */
  readonly unimplemented: string;
  /** `foo.v1.Echo/Hello` */
  readonly route: string;
}

/** A method of a class or an object, its first line not indented. */
export function stubText(
  stub: Stub,
  style: Pick<Style, 'eol' | 'unit' | 'quote' | 'semicolon'>,
  indent: string,
): string {
  const { name, request, response, stream, unimplemented, route } = stub;
  const { eol, unit, quote, semicolon } = style;
  return [
    // `_`: compilers and linters complain about what is not used.
    `async ${stream ? '*' : ''}${propertyKey(name)}(_request: ${request}): ${stream ? 'AsyncIterable' : 'Promise'}<${response}> {`,
    `${indent}${unit}throw ${unimplemented}(${quote}${route} is not implemented${quote})${semicolon}`,
    `${indent}}`,
  ].join(eol);
}
