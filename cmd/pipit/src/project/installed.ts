import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The version of a package that a folder's code gets; undefined where it is not installed. */
export function installedVersion(root: string, name: string): string | undefined {
  try {
    const manifest = createRequire(join(root, 'package.json')).resolve(`${name}/package.json`);
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  } catch {
    return undefined;
  }
}

/**
 * The problem of a runtime that is of another release than the plugin, and what to do about it; undefined for none.
 * Generated code and the runtime share the first two numbers of their versions.
 */
export function runtimeSkew(
  runtime: string,
  plugin: string,
): { readonly problem: string; readonly remedy: string } | undefined {
  const wanted = release(plugin);
  if (release(runtime) === wanted) return undefined;
  return {
    problem: `${runtime}, and the plugin is ${plugin}: their first two numbers must be the same`,
    remedy: `\`npm install @pipit/runtime@~${wanted}.0\``,
  };
}

/** `0.1` of `0.1.5`. */
function release(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
