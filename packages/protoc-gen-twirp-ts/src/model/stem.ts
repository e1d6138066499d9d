import { PluginError } from '../plugin-error.ts';

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
