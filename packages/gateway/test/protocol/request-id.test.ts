import { expect, test } from 'vitest';
import { requestId, requestIdBytes } from '../../src/protocol/request-id.ts';

test('request ids are 16 bytes in base64url and never the same', () => {
  const ids = Array.from({ length: 2_000 }, requestId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/u);
});

test('as bytes they stay what they are, and are never the same', () => {
  const ids = Array.from({ length: 2_000 }, requestIdBytes);
  expect(new Set(ids.map((id) => id.toString('hex'))).size).toBe(ids.length);
  for (const id of ids) expect(id).toHaveLength(16);
});
