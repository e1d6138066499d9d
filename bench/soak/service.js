import { setTimeout } from 'node:timers/promises';
import { BusinessError, TwirpError } from '@pipit/runtime';
import { fileBytes } from './file-bytes.js';

/** The service of soak.proto. */
export class SoakServer {
  echo(request, context) {
    context.responseHeaders.set('X-Soak', 'echo');
    return { data: request };
  }

  async fail({ how }) {
    // Some fail at once and some later.
    if (how.length % 2 === 0) await setTimeout(1);
    if (how === 'business') throw new BusinessError(100, 'Need Login');
    if (how === 'error') throw new Error('thrown on purpose');
    if (how === 'nothing') return undefined;
    throw new TwirpError(how, 'failed on purpose', { meta: { how } });
  }

  async wait({ ms, stubborn }, { signal }) {
    await setTimeout(ms, undefined, stubborn ? {} : { signal });
    return { data: { number: BigInt(ms) } };
  }

  async load({ size, filename, status }) {
    await setTimeout(0);
    return { contentType: 'application/x-soak', data: fileBytes(size), filename, status };
  }
}

/** Refuses what asks for it, and counts: every call that begins must end, once. */
export function countingHooks(counts) {
  return {
    requestReceived({ headers }) {
      counts.received += 1;
      if (headers['x-refuse'] === 'yes') throw new TwirpError('unauthenticated', 'refused by a hook');
    },
    responseSent() {
      counts.sent += 1;
    },
  };
}
