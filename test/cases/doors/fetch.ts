import { createFetchHandler } from '@pipit/runtime/fetch';
import type { DoorKind } from './door.ts';
import { exchange, leavesOut } from './local.ts';

/** The handler of Requests, as a platform calls it. */
export const fetchDoor: DoorKind = {
  name: 'fetch',
  async open({ stallTimeoutMs: _ofSockets, ...options }) {
    const nothing = (): void => undefined;
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    const handler = createFetchHandler({ ...options, log });
    const call = (target: string, init: RequestInit): Promise<Response> =>
      handler(new Request(urlOf(target), init));
    return { send: (wanted) => exchange(call, wanted), close: async () => undefined };
  },
  leavesOut: (wanted) => {
    const url = urlOf(wanted.path);
    if (!URL.canParse(url) || new URL(url).href !== url) return 'a Request has cleaned the path';
    return leavesOut(wanted);
  },
};

function urlOf(target: string): string {
  return target.startsWith('/') ? `http://test.invalid${target}` : target;
}
