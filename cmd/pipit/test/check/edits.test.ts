import { rmSync } from 'node:fs';
import { Schema } from '@pipit/schema';
import { describe, expect, test } from 'vitest';
import { showBreaks } from '../../src/check/compare/breaks.ts';
import { compareSchemas, type Version } from '../../src/check/compare/schemas.ts';
import { runProtoc } from '../../src/generate/protoc.ts';
import { findProject } from '../../src/project/project.ts';
import { projectWith } from '../main-process.ts';
import { base, type Edit, edited, edits } from './edits.ts';

async function versionOf(text: string): Promise<Version> {
  const project = findProject(projectWith({ 'rpc/shop.proto': text }, { keep: true }));
  const { files } = await runProtoc(project, ['shop.proto']);
  rmSync(project.root, { recursive: true });
  return { schema: new Schema(files), protos: new Set(['shop.proto']) };
}

const past = await versionOf(base);

describe('each edit is told with whom it breaks, and nothing else', () => {
  test.each(edits.map((edit): [string, Edit] => [edit.name, edit]))('%s', async (_, edit) => {
    const findings = compareSchemas(past, await versionOf(edited(edit)));
    const shown = findings.map(
      ({ change, subject, breaks }) => `${change} ${subject} | ${showBreaks(breaks)}`,
    );
    expect(shown).toEqual(edit.findings);
    for (const { at, what, instead } of findings) {
      expect(at).toMatch(/^shop\.proto:\d+:\d+$/);
      expect(what).not.toBe('');
      expect(instead).not.toBe('');
    }
  });
});
