import { createRequire } from 'node:module';

interface Re2 {
  readonly RE2JS: { compile(pattern: string): unknown };
}

/** Loaded by the first pattern: it is as large as the plugin, and few schemas have one. */
let re2: Re2 | undefined;

/** Says why a pattern is not one of RE2's; undefined for one that is. */
export function whyNotPattern(pattern: string): string | undefined {
  re2 ??= createRequire(import.meta.url)('@bufbuild/re2') as Re2;
  try {
    re2.RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
