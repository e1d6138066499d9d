import { expect, test } from 'vitest';
import { sayHi } from '../fixture/host-app.ts';
import { appWith } from '../fixture/serve.ts';

/** Every status a plugin of the host may throw that we know, some we do not, and what callers get for it. */
const answers: readonly [thrown: number, status: number, code: string][] = [
  [400, 400, 'invalid_argument'],
  [401, 401, 'unauthenticated'],
  [402, 400, 'invalid_argument'],
  [403, 403, 'permission_denied'],
  [404, 404, 'not_found'],
  [405, 400, 'invalid_argument'],
  [406, 400, 'invalid_argument'],
  [408, 408, 'deadline_exceeded'],
  [409, 409, 'aborted'],
  [410, 400, 'invalid_argument'],
  [412, 412, 'failed_precondition'],
  [413, 413, 'resource_exhausted'],
  [414, 400, 'invalid_argument'],
  [415, 400, 'invalid_argument'],
  [422, 400, 'invalid_argument'],
  [429, 429, 'resource_exhausted'],
  [499, 400, 'invalid_argument'],
  [501, 501, 'unimplemented'],
  [503, 503, 'unavailable'],
  [504, 408, 'deadline_exceeded'],
];

test.each(answers)(
  'a host’s error of status %d is answered %d %s, with its text',
  async (thrown, status, code) => {
    for (const name of ['statusCode', 'status']) {
      const app = await appWith({ say: (request) => request });
      app.addHook('onRequest', async () => {
        throw Object.assign(new Error('not now'), { [name]: thrown });
      });
      const response = await app.inject(sayHi);
      expect([name, response.statusCode, response.json()]).toEqual([name, status, { code, msg: 'not now' }]);
    }
  },
);

test.each(answers)(
  'so is one thrown after the reply was given the status %d',
  async (given, status, code) => {
    const app = await appWith({ say: (request) => request });
    app.addHook('onRequest', async (_request, reply) => {
      reply.code(given);
      throw new Error('not now');
    });
    const response = await app.inject(sayHi);
    expect([response.statusCode, response.json()]).toEqual([status, { code, msg: 'not now' }]);
  },
);

test.each([200, 302, 399, 500, 502, 505, 600])(
  'status %d is a fault of the host’s: internal',
  async (thrown) => {
    const app = await appWith({ say: (request) => request }, { exposeInternalErrors: false });
    app.addHook('onRequest', async () => {
      throw Object.assign(new Error('secret'), { statusCode: thrown });
    });
    const response = await app.inject(sayHi);
    expect([response.statusCode, response.json()]).toEqual([
      500,
      { code: 'internal', msg: 'internal error' },
    ]);
  },
);
