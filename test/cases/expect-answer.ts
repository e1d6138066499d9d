import { expect } from 'vitest';
import type { Expected } from './case.ts';
import type { WireAnswer } from './doors/door.ts';

interface ErrorBody {
  readonly code: string;
  readonly msg: string;
  readonly meta?: Readonly<Record<string, string>>;
}

/** Checks an answer against what its case wants, and against what every answer has. */
export function expectAnswer(verb: string, answer: WireAnswer, expected: Expected): void {
  const { status, body } = answer;
  // First of all what a wrong answer is best known by.
  expect({ status, body: body.length > 300 ? '' : body.toString() }).toMatchObject({
    status: expected.status,
  });
  expectHeaders(verb, answer, expected);
  if (verb === 'HEAD') expect(body).toHaveLength(0);
  else expectBody(body, expected);
}

function expectHeaders(verb: string, { status, headers, body }: WireAnswer, expected: Expected): void {
  const empty = status === 204 || status === 304;
  if (expected.contentType !== undefined) expect(headers.get('content-type')).toEqual([expected.contentType]);
  const length = expected.contentLength ?? (verb === 'HEAD' ? expect.stringMatching(/^\d+$/) : body.length);
  if (empty) expect(headers.get('content-length') ?? ['0']).toEqual(['0']);
  else expect(headers.get('content-length')).toEqual([typeof length === 'number' ? `${length}` : length]);
  if (verb !== 'HEAD' && expected.contentLength !== undefined)
    expect(body).toHaveLength(expected.contentLength);
  expect(headers.has('transfer-encoding')).toBe(false);
  expect(headers.get('x-trace-id')).toEqual([
    expected.traceId ??
      expect.stringMatching(expected.traceId === null ? /^[0-9a-f]{32}$/ : /^[\w.:-]{1,128}$/),
  ]);
  for (const [name, value] of Object.entries(expected.headers ?? {})) {
    // Several lines of one header are the same as one line with commas (RFC 9110, 5.3).
    const joined = headers.get(name.toLowerCase())?.join(', ');
    expect([name, joined]).toEqual([name, value === null ? undefined : [value].flat().join(', ')]);
  }
}

function expectBody(body: Buffer, expected: Expected): void {
  if (expected.body !== undefined) expect(body.toString()).toBe(expected.body);
  if (expected.bodyHex !== undefined) expect(body.toString('hex')).toBe(expected.bodyHex);
  if (expected.json !== undefined) expect(JSON.parse(body.toString())).toEqual(expected.json);
  if (typeof expected.twirpCode === 'string') expectError(JSON.parse(body.toString()) as ErrorBody, expected);
}

/** Code, msg and perhaps meta, whose values are strings, and nothing else: Go's clients refuse any other. */
function expectError(error: ErrorBody, expected: Expected): void {
  expect(error).toEqual({
    code: expected.twirpCode,
    msg: expected.msg === undefined || expected.msgMatch === 'any' ? expect.any(String) : expected.msg,
    ...('meta' in error ? { meta: expect.any(Object) as unknown } : {}),
  });
  if (expected.msgLength !== undefined) expect(error.msg).toHaveLength(expected.msgLength);
  for (const value of Object.values(error.meta ?? {})) expect(typeof value).toBe('string');
  if (expected.meta !== undefined && expected.metaMatch !== 'any')
    expect(error.meta ?? {}).toEqual(expected.meta);
}
