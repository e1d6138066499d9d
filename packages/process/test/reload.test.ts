import { mkdtempSync, rmSync, unwatchFile, watchFile, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { reloadOnChange } from '../src/index.ts';

test('a file is read once it has stood unchanged for two seconds; each change begins them anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-reload-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'keys.yaml');
  // Files are looked at in real time; only the wait for them to settle is ours.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const reload = vi.fn<() => void>();
  const watching = reloadOnChange([{ what: 'keys', files: [file], reload }], pino({ level: 'silent' }));
  onTestFinished(() => watching.close());
  // Told after `reloadOnChange`, which looks at the same file.
  const change = (): Promise<void> =>
    new Promise((resolve) => {
      const listener = (): void => {
        unwatchFile(file, listener);
        resolve();
      };
      watchFile(file, { interval: 500 }, listener);
    });

  // The first look tells of a file that is not there.
  await change();
  writeFileSync(file, 'half');
  await change();
  vi.advanceTimersByTime(1_999);
  writeFileSync(file, 'half and the rest');
  await change();
  vi.advanceTimersByTime(1_999);
  expect(reload).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(reload).toHaveBeenCalledOnce();
});
