import {
  BusinessError,
  internal,
  invalidArgument,
  notFound,
  TwirpError,
  type Code,
  type Context,
} from '@pipit/runtime';
import type { DoorOptions } from '../interop/door-options.ts';
import { recordHooks, type Recorder } from '../interop/record-hooks.ts';
import { Lonely } from '../gen/nasty/nopackage.twirp.ts';
import {
  Cases,
  snake_service,
  type EnteredInit,
  type Entry,
  type Failure,
  type PageInit,
  type SetHeader,
} from '../gen/pipit/cases/v1/cases.twirp.ts';

/** What a case can ask of its server. */
export interface CasesOptions extends Omit<DoorOptions, 'services' | 'hooks' | 'interceptors'> {
  /** A requestReceived hook opens GET for every method. */
  readonly allowGet?: boolean;
}

/** The server of our own cases, under the prefix the case says. */
export function casesServer({ allowGet = false, ...options }: CasesOptions, record: Recorder): DoorOptions {
  const open = (context: Context): void => {
    context.allowGet = allowGet;
  };
  return {
    exposeInternalErrors: true,
    ...options,
    services: [
      Cases.serve(cases),
      snake_service.serve({ makeIt: () => ({}) }),
      Lonely.serve({ call: (request) => request }),
    ],
    hooks: [recordHooks(record), { requestReceived: open }],
  };
}

const cases: Cases = {
  echo: (request) => request,
  look: (request) => request,
  enter: async (request) => entered(request),
  stray: ({ code, msg }) => {
    throw new BusinessError(code, msg);
  },
  fetch: (request) => request,
  show: ({ name }) => pages[name] ?? {},
  put: (request) => request,
  fail: async (request) => {
    await Promise.resolve();
    return fail(request);
  },
  header: setHeader,
  wait: (_request, { signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as TwirpError), { once: true });
    }),
};

/** A BusinessError comes from as deep as it likes. */
async function entered({ code, msg, text }: Entry): Promise<EnteredInit> {
  await Promise.resolve();
  if (code !== 0) throw new BusinessError(code, msg);
  return text === '' ? { msg } : { msg, data: { text, number: 9_007_199_254_740_993n } };
}

const utf8 = new TextEncoder();

const pages: Readonly<Record<string, PageInit>> = {
  html: { contentType: 'text/html; charset=utf-8', data: utf8.encode('<p>page</p>') },
  injected: { contentType: 'text/html\r\nX-Injected: yes', data: utf8.encode('x') },
};

class OutOfTea extends Error {}

const failures: Readonly<Record<string, (msg: string) => unknown>> = {
  plain: (msg) => new Error(msg),
  class: (msg) => new OutOfTea(msg),
  text: (msg) => msg,
  nothing: () => undefined,
  null: () => null,
  bare: () => Object.create(null) as unknown,
  wrapped: (msg) => new Error('outer', { cause: new Error('middle', { cause: notFound(msg) }) }),
  circle: (msg) => {
    const error = new Error(msg);
    error.cause = error;
    return error;
  },
  argument: (msg) => invalidArgument('id', msg),
  // A cast is all it takes to get a number into meta, and Go's clients drop an error that has one.
  meta: (msg) => notFound(msg, { meta: { number: 1 as never } }),
  cause: (msg) => internal(msg, { cause: new Error('kept from the caller') }),
  code: (msg) => new TwirpError('teapot' as Code, msg),
  empty: (msg) => new TwirpError('' as Code, msg),
};

/** `kind` is one of the words above, or a Twirp code. */
function fail({ kind, msg }: Failure): never {
  const make = Object.hasOwn(failures, kind) ? failures[kind] : undefined;
  throw make === undefined ? new TwirpError(kind as Code, msg) : make(msg);
}

function setHeader({ name, value, fail: fails }: SetHeader, { responseHeaders }: Context): object {
  responseHeaders.append(name, value);
  responseHeaders.append(name, `${value}2`);
  if (fails) throw notFound('with a header');
  return {};
}
