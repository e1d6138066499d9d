import { localFetch } from '@pipit/runtime/local';
import type { Call } from '../call.ts';
import type { Case } from '../case.ts';
import { gathered, type DoorKind, type WireAnswer } from './door.ts';

/** The server in this process, called through a `fetch` that opens no socket. */
export const localDoor: DoorKind = {
  name: 'in-process',
  async open(options) {
    const nothing = (): void => undefined;
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    const call = localFetch({ ...options, log });
    return { send: (wanted) => exchange(call, wanted), close: async () => undefined };
  },
  leavesOut,
};

export function leavesOut(wanted: Case): string | undefined {
  const {
    method,
    headers = {},
    body,
    bodyIsRawChunked,
    httpVersion,
    halfCloseAfterBody,
    waitFor100,
  } = wanted;
  if (bodyIsRawChunked || httpVersion !== undefined || halfCloseAfterBody || waitFor100) {
    return 'it is about what goes over a socket';
  }
  if (['CONNECT', 'TRACE', 'TRACK'].includes(method)) return 'fetch refuses the verb';
  if (method === 'GET' && body) return 'fetch sends no body with it';
  if (Array.isArray(headers) && new Set(headers.map(([name]) => name)).size < headers.length) {
    return 'fetch makes one header of two';
  }
  return undefined;
}

export async function exchange(
  call: (target: string, init: RequestInit) => Promise<Response>,
  { verb, target, headers, body }: Call,
): Promise<WireAnswer> {
  const response = await call(target, {
    method: verb,
    headers: headers.map(([name, value]): [string, string] => [name, value]),
    body: body.length === 0 ? null : Uint8Array.from(body),
  });
  const all = gathered(response.headers);
  return { status: response.status, headers: all, body: Buffer.from(await response.arrayBuffer()) };
}
