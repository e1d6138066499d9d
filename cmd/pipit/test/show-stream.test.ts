import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { showStream } from '../src/call/show-stream.ts';

async function* linesOf(...lines: string[]): AsyncGenerator<string> {
  yield* lines;
}

/** What is shown of the lines, and the error they end with. */
async function shown(...lines: string[]): Promise<[out: string, error: unknown]> {
  const out = new PassThrough();
  const error = await showStream(linesOf(...lines), out);
  out.end();
  return [await text(out), error];
}

test('the messages of a stream are shown one a line, without what is around them', async () => {
  expect(await shown('{"result":{"a":1}}', '', '{"result":{"a":2},"id":"x"}', '{"end":{}}')).toEqual([
    '{"a":1}\n{"a":2}\n',
    undefined,
  ]);
});

test('the error of the last line is the outcome', async () => {
  expect(await shown('{"result":{}}', '{"error":{"code":"aborted","msg":"enough"}}')).toEqual([
    '{}\n',
    { code: 'aborted', msg: 'enough', meta: {} },
  ]);
});

test('a stream without a last line was broken off, and what is no line of one is told', async () => {
  await expect(shown('{"result":{}}')).rejects.toThrow('the stream broke off: it has no last line');
  await expect(shown('<html>')).rejects.toThrow('a line of it is not JSON');
});
