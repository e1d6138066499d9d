import { expect, test } from 'vitest';
import { stubText } from '../../src/scaffold/typescript/stub.ts';

const style = { eol: '\n', unit: '  ', quote: "'", semicolon: ';' } as const;
const common = { request: 'A', response: 'BInit', unimplemented: 'unimplemented', route: 'a.S/M' };

test('a method that answers with a stream begins as an async generator', () => {
  expect(stubText({ ...common, name: 'watch', stream: true }, style, '')).toBe(
    "async *watch(_request: A): AsyncIterable<BInit> {\n  throw unimplemented('a.S/M is not implemented');\n}",
  );
  expect(stubText({ ...common, name: 'get', stream: false }, style, '')).toContain(
    'async get(_request: A): Promise<BInit> {',
  );
});
