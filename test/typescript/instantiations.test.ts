import { expect, test } from 'vitest';
import { generated, proto3 } from '../../packages/protoc-gen-twirp-ts/test/protoc.ts';
import { compile } from './compile.ts';

/** How often the compiler instantiates a type for a client of so many methods, each of which is called once. */
function instantiations(methods: number): number {
  const each = (line: (i: number) => string): string =>
    Array.from({ length: methods }, (_, i) => line(i)).join('\n');
  const proto = proto3(`
    service Big {
      ${each((i) => `rpc M${i}(Req${i}) returns (Resp${i});`)}
    }
    ${each((i) => `message Req${i} { string name = 1; int32 count = 2; } message Resp${i} { int64 id = 1; Req${i} echo = 2; }`)}
  `);
  const calls = `
    import { createClient } from '@pipit/runtime/client';
    import { Big } from './big.twirp.ts';
    const client = createClient(Big, { baseUrl: 'http://localhost' });
    ${each((i) => `export const id${i}: bigint = (await client.m${i}({ name: 'a', count: ${i} })).id;`)}
  `;
  const files = Object.fromEntries(generated({ 'big.proto': proto }, 'import_extension=ts'));
  const said = compile({ ...files, 'calls.ts': calls }, ['--extendedDiagnostics']);
  expect(said).not.toContain('error TS');
  return Number(/Instantiations:\s*(\d+)/.exec(said)![1]);
}

test('a method and its two messages cost the compiler five instantiations at most, and those before them nothing', () => {
  const few = instantiations(100);
  expect(instantiations(300) - few).toBeLessThanOrEqual(200 * 5);
});
