import { expect, test } from 'vitest';
import { serviceType } from '../../src/rpc/service-type.ts';

const load = (): Promise<unknown> => Promise.reject(new Error('not asked for'));
const generatedFor = (runtime?: string): unknown =>
  serviceType('a.B', {}, { path: './b.descriptor.js', load, ...(runtime === undefined ? {} : { runtime }) });

test('code that was generated for this runtime is loaded', () => {
  expect(() => generatedFor('0.1')).not.toThrow();
});

test.each([
  [undefined, 'a.B was generated for an older @pipit/runtime than 0.1: generate again, with `pipit gen`'],
  ['0.0', 'a.B was generated for @pipit/runtime 0.0, and this is 0.1: generate again, with `pipit gen`'],
  [
    '0.10',
    'a.B was generated for @pipit/runtime 0.10, and this is 0.1: `npm install @pipit/runtime@~0.10.0`',
  ],
  ['1.0', 'a.B was generated for @pipit/runtime 1.0, and this is 0.1: `npm install @pipit/runtime@~1.0.0`'],
])('code that was generated for %s is not, and the error says what to do', (runtime, message) => {
  expect(() => generatedFor(runtime)).toThrow(message);
});
