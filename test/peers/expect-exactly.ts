import { expect } from 'vitest';
import { type Breaks, breaking, showBreaks, union } from '../../cmd/pipit/src/check/compare/breaks.ts';
import type { Finding } from '../../cmd/pipit/src/check/compare/finding.ts';
import { compareSchemas } from '../../cmd/pipit/src/check/compare/schemas.ts';
import type { Calls } from '../../cmd/pipit/test/check/edits.ts';
import { broken, type Side } from './sides.ts';

/** Findings about fields are held by edits.test.ts, value by value. */
export const aboutMethods = /^(?:get|method|rules|service)_/;

/** Whom a step breaks, by calling, is what `pipit check` says, and nothing else. @returns its findings */
export async function expectExactly(says: Calls, old: Side, now: Side): Promise<readonly Finding[]> {
  const findings = compareSchemas(old.version, now.version);
  const said = findings.map(({ change, breaks }): Breaks => {
    if (aboutMethods.test(change)) return breaks;
    // Older servers may ask for a field that is gone.
    const formats = change === 'field_gone' ? breaks.get('older servers') : undefined;
    return breaking(['older servers'], [...(formats ?? [])]);
  });
  expect(showBreaks(await broken(says, old, now))).toBe(showBreaks(union(said)));
  return findings;
}
