import { BusinessError, invalidArgument, requiredArgument, TwirpError, type Code } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { errorBody } from '../../src/protocol/twirp/error.ts';
import { findTwirpError } from '../../src/rpc/twirp-error.ts';

const sent = (error: TwirpError): unknown => JSON.parse(new TextDecoder().decode(errorBody(error)));

describe('TwirpError', () => {
  test('keeps code, msg and meta', () => {
    const error = new TwirpError('not_found', 'no hat', { meta: { size: '7' } });
    expect(error).toMatchObject({ code: 'not_found', msg: 'no hat', message: 'no hat', meta: { size: '7' } });
  });

  test('a code that does not exist becomes internal', () => {
    for (const code of ['teapot', '', 'toString', 'constructor']) {
      const error = new TwirpError(code as Code, 'x');
      expect(error).toMatchObject({ code: 'internal', msg: `invalid error type ${code}` });
    }
  });

  test('is recognised across copies of the package, its subclasses are not confused', async () => {
    const path = '../../src/rpc/twirp-error.ts?copy';
    const copy = (await import(/* @vite-ignore */ path)) as { TwirpError: typeof TwirpError };
    expect(copy.TwirpError).not.toBe(TwirpError);
    class Busy extends TwirpError {}
    expect(new copy.TwirpError('aborted', 'x')).toBeInstanceOf(TwirpError);
    expect(new TwirpError('aborted', 'x')).not.toBeInstanceOf(Busy);
    expect(new Busy('aborted', 'x')).toBeInstanceOf(Busy);
    expect(new Busy('aborted', 'x')).toBeInstanceOf(TwirpError);
    expect(new Error('x')).not.toBeInstanceOf(TwirpError);
    expect(new BusinessError(1, 'x')).not.toBeInstanceOf(TwirpError);
  });

  test('is found among causes, and a circle of causes ends', () => {
    const inner = new TwirpError('not_found', 'inner');
    expect(findTwirpError(new Error('a', { cause: new Error('b', { cause: inner }) }))).toBe(inner);
    const circle = new Error('a');
    circle.cause = new Error('b', { cause: circle });
    expect(findTwirpError(circle)).toBeUndefined();
    expect(findTwirpError('thrown text')).toBeUndefined();
  });

  test('helpers name the argument in msg and meta', () => {
    expect(invalidArgument('age', 'must be >= 0')).toMatchObject({
      code: 'invalid_argument',
      msg: 'age must be >= 0',
      meta: { argument: 'age' },
    });
    expect(requiredArgument('age')).toMatchObject({ msg: 'age is required', meta: { argument: 'age' } });
  });
});

describe('the body of an error', () => {
  test('has meta only where there is some', () => {
    expect(sent(new TwirpError('internal', 'x'))).toEqual({ code: 'internal', msg: 'x' });
    expect(sent(new TwirpError('internal', 'x', { meta: { '': '' } }))).toEqual({
      code: 'internal',
      msg: 'x',
      meta: { '': '' },
    });
  });

  test('holds strings only, and keys that name a prototype', () => {
    const meta = JSON.parse('{"n":1,"__proto__":"p"}') as Record<string, string>;
    expect(new TextDecoder().decode(errorBody(new TwirpError('internal', 'x', { meta })))).toBe(
      '{"code":"internal","msg":"x","meta":{"n":"1","__proto__":"p"}}',
    );
  });

  test('cuts a msg at a million characters', () => {
    expect((sent(new TwirpError('internal', 'm'.repeat(1_000_010))) as { msg: string }).msg).toHaveLength(
      1_000_000,
    );
  });
});

describe('BusinessError', () => {
  test.each([0, -1, 1.5, NaN, 2 ** 31])('refuses the code %s', (code) => {
    expect(() => new BusinessError(code, 'x')).toThrow(RangeError);
  });

  test('takes every positive int32', () => {
    expect(new BusinessError(2 ** 31 - 1, 'x')).toMatchObject({ code: 2_147_483_647, msg: 'x' });
  });
});
