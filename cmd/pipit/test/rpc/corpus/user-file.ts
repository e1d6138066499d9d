/** A user's file, and what a change of its proto demands of it. */
export interface UserFile {
  readonly name: string;
  /** By path in the service's folder. */
  readonly files: Readonly<Record<string, string>>;
  /** Methods of the proto before and after; `Hello Greet` is rpc Hello with the messages of Greet. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** What becomes of each file, as replacements of text that stands in it once; a file that is not named stays as it is. */
  readonly edits?: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>>;
  /** What is left to the user, in order. */
  readonly left?: readonly RegExp[];
  /** Why it does not compile afterwards, which the user is told or sees at once. */
  readonly broken?: string;
  /** The syntax error it has. */
  readonly syntax?: string;
  /** What the server's list serves, with its imports; without it the service is not in the list yet. */
  readonly server?: string;
}

/** The stub of rpc Bye. */
export function bye(
  indent = '  ',
  options: { eol?: string; unit?: string; quote?: string; semicolon?: string } = {},
): string {
  const { eol = '\n', unit = '  ', quote = "'", semicolon = ';' } = options;
  return [
    'async bye(_request: ByeRequest): Promise<ByeResponseInit> {',
    `${indent}${unit}throw unimplemented(${quote}PACKAGE.Echo/Bye is not implemented${quote})${semicolon}`,
    `${indent}}`,
  ].join(eol);
}

/** The last import of most files here, and what the stub needs. */
export const types = "import type { Echo, HelloRequest, HelloResponseInit } from './echo.twirp.ts';";
export const typesAfter = `import type { Echo, HelloRequest, HelloResponseInit, ByeRequest, ByeResponseInit } from './echo.twirp.ts';
import { unimplemented } from '@pipit/runtime';`;
