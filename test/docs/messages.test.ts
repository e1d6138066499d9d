import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { fromSource, generatedFolder, samplesOf } from './page.ts';

const page = 'docs/messages.md';

test('the samples of docs/messages.md print what they say', async () => {
  const dir = generatedFolder(page);
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const code = samplesOf(page, 'ts').join('\n');
  writeFileSync(join(dir, 'page.ts'), fromSource(code));
  const printed: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...values: unknown[]) => {
    const shown = values.map((value) =>
      typeof value === 'string' ? value : inspect(value, { breakLength: Infinity }),
    );
    printed.push(shown.join(' '));
  });
  onTestFinished(() => log.mockRestore());
  await import(pathToFileURL(join(dir, 'page.ts')).href);
  const promised = [...code.matchAll(/^ *console\.log\(.*\); \/\/ (.*)$/gm)].map(([, text]) => text);
  expect(printed).toEqual(promised);
});
