import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from './paths.ts';

export type CompilerOptions = Readonly<Record<string, unknown>>;

/** The tsconfig.json that `rpc/` is compiled by: its own, or the project's. */
export function tsconfigOf(root: string, rpcDir: string): string {
  const own = join(rpcDir, 'tsconfig.json');
  return existsSync(own) ? own : join(root, 'tsconfig.json');
}

/**
 * The compiler options of a tsconfig.json and of what it extends; none where there is no such file.
 * @throws {CliError} for a file that is not JSON with comments
 */
export function compilerOptions(file: string): CompilerOptions {
  return read(file, new Set());
}

function read(file: string, seen: Set<string>): CompilerOptions {
  if (seen.has(file) || !existsSync(file)) return {};
  seen.add(file);
  const config = parseJsonc(readFileSync(file, 'utf8'), file) as {
    extends?: string | string[];
    compilerOptions?: CompilerOptions;
  };
  const bases = [config.extends ?? []].flat().map((name) => read(extended(file, name), seen));
  return Object.assign({}, ...bases, config.compilerOptions) as CompilerOptions;
}

/** A path, or a package's file; '' is a file that does not exist. */
function extended(from: string, name: string): string {
  if (name.startsWith('.')) {
    const path = join(dirname(from), name);
    return existsSync(path) ? path : `${path}.json`;
  }
  const require = createRequire(from);
  for (const candidate of [name, `${name}.json`, `${name}/tsconfig.json`]) {
    try {
      return require.resolve(candidate);
    } catch {
      // The next one.
    }
  }
  return '';
}

/** TypeScript takes comments and commas at the end of lists in its configuration. */
function parseJsonc(text: string, file: string): unknown {
  const json = text
    .replace(/^\uFEFF/, '')
    .replace(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
      (_, string: string | undefined) => string ?? '',
    )
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string: string | undefined) => string ?? '');
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new CliError(`${displayPath(file)} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
