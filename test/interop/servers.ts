import { TwirpError, type Hooks } from '@pipit/runtime';
import { Haberdasher } from '../gen/twirp/example/haberdasher/haberdasher.twirp.ts';
import { servedCompat } from './compat-service.ts';
import type { DoorOptions } from './door-options.ts';
import { HaberdasherServer } from './haberdasher-server.ts';
import { recordHooks, recordInterceptor, type Recorder } from './record-hooks.ts';
import { servedTypes } from './types-service.ts';

/** What a server of the measured cases does in another way than `default`. */
type Variation = (record: Recorder) => Omit<DoorOptions, 'services' | 'hooks'> & { readonly hooks?: Hooks };

const variations: Readonly<Record<string, Variation>> = {
  default: () => ({}),
  noprefix: () => ({ prefix: '/' }),
  customprefix: () => ({ prefix: '/my/custom/prefix' }),
  skipdefaults: () => ({ emitDefaults: false }),
  recverr: () => ({
    hooks: {
      requestReceived: () => {
        throw new TwirpError('unauthenticated', 'error in hook');
      },
    },
  }),
  recvplain: () => ({
    hooks: {
      requestReceived: () => {
        throw new Error('plain error in hook');
      },
    },
  }),
  routederr: () => ({
    hooks: {
      requestRouted: () => {
        throw new TwirpError('permission_denied', 'error in routed hook');
      },
    },
  }),
  intercept: (record) => ({
    interceptors: [recordInterceptor('A', record), null, recordInterceptor('B', record)],
  }),
  'intercept-panic': () => ({
    interceptors: [
      () => {
        throw new Error('OH NO, an interceptor!');
      },
    ],
  }),
  maxbytes: () => ({ bodyLimit: 1024 }),
};

/** What `serverOptions` knows. */
export const serverNames: readonly string[] = Object.keys(variations);

/**
 * The server of that name: Haberdasher, TypesService and CompatService under `/twirp`.
 * @throws {RangeError} for a name that is not among `serverNames`
 */
export function serverOptions(name: string, record: Recorder = () => undefined): DoorOptions {
  const vary = Object.hasOwn(variations, name) ? variations[name] : undefined;
  if (vary === undefined) throw new RangeError(`server ${name} is none of ${serverNames.join(', ')}`);
  const { hooks = {}, ...rest } = vary(record);
  return {
    services: [Haberdasher.serve(new HaberdasherServer()), servedTypes, servedCompat],
    prefix: '/twirp',
    // The same in production as elsewhere.
    exposeInternalErrors: true,
    ...rest,
    hooks: [recordHooks(record), hooks],
  };
}
