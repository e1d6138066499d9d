import { TwirpError, type Code, type Context } from '@pipit/runtime';
import { invalidArgument, notFound, requiredArgument, unavailable } from '@pipit/runtime';
import type { Haberdasher, HatInit, Size } from '../gen/twirp/example/haberdasher/haberdasher.twirp.ts';

/** The errors of 1001, 1002, and so on. */
const codes: readonly Code[] = [
  'canceled',
  'unknown',
  'invalid_argument',
  'malformed',
  'deadline_exceeded',
  'not_found',
  'bad_route',
  'already_exists',
  'permission_denied',
  'unauthenticated',
  'resource_exhausted',
  'failed_precondition',
  'aborted',
  'out_of_range',
  'unimplemented',
  'internal',
  'unavailable',
  'data_loss',
];

/** The nearest a JavaScript string comes to a byte that is no UTF-8. */
const halfCharacter = '\ud800';

type Outcome = (context: Context) => HatInit | undefined;

/** What a handler can do beside answering, by the inches asked for. The measured cases say what each comes to. */
const outcomes: Readonly<Record<number, Outcome>> = {
  2001: () => {
    // Anything can be thrown, so a string has to be answered too.
    // oxlint-disable-next-line typescript/only-throw-error
    throw 'OH NO!';
  },
  2002: () => undefined,
  2003: () => {
    throw new Error('plain boom');
  },
  2004: () => {
    throw unavailable('taking a nap ...', { meta: { retryable: 'true', retry_after: '15s' } });
  },
  2005: () => {
    throw notFound('no <hat> & "coat" \u2603 \u2028 end');
  },
  2006: () => {
    throw new TwirpError('teapot' as Code, 'x');
  },
  2007: ({ responseHeaders }) => {
    responseHeaders.set('Cache-Control', 'public, max-age=60');
    responseHeaders.append('X-Multi', 'a');
    responseHeaders.append('X-Multi', 'b');
    return { size: 2007, color: refusal(() => responseHeaders.set('Content-Type', 'text/plain')) };
  },
  // Go's has a byte that is no UTF-8, which no JavaScript string can hold.
  2008: () => ({ size: 0.5 }),
  2009: () => {
    throw new TwirpError('internal', 'm'.repeat(1_000_010));
  },
  2010: () => {
    throw withCode('teapot');
  },
  2011: () => {
    // Go can return both a hat and an error; here the error is all there can be.
    throw notFound('hat and error');
  },
  2012: () => {
    throw new Error('wrapped', { cause: notFound('inner not found', { meta: { k: 'v' } }) });
  },
  2013: () => {
    throw new TwirpError('failed_precondition', 'fmt 7: root', { cause: new Error('root') });
  },
  2014: () => {
    throw requiredArgument('inches');
  },
  2015: ({ responseHeaders }) => {
    responseHeaders.set('X-On-Error', 'yes');
    throw notFound('hdr');
  },
  2016: () => {
    throw new Error('OH NO, an error!');
  },
  2017: () => {
    throw withCode('');
  },
  2018: () => {
    throw new DOMException('context deadline exceeded', 'TimeoutError');
  },
  2019: () => {
    throw new DOMException('context canceled', 'AbortError');
  },
  2020: () => ({ size: 2020, color: '<b>&amp;</b>', name: '🎩' }),
  2021: () => {
    throw notFound(`bad ${halfCharacter} byte`);
  },
  2022: ({ responseHeaders }) => ({
    size: 2022,
    color: refusal(() => responseHeaders.set('content-type', 'text/plain')),
    name: 'bowler',
  }),
  2023: () => {
    throw notFound('');
  },
  2024: () => {
    throw notFound('empty meta key', { meta: { '': '' } });
  },
};

/** The handler that the measured wire cases were measured with, in TypeScript. */
export class HaberdasherServer implements Haberdasher {
  makeHat({ inches }: Size, context: Context): HatInit {
    if (inches < 0) throw invalidArgument('inches', "I can't make a hat that small!");
    if (inches === 0) return {};
    const code = codes[inches - 1001];
    if (code !== undefined) throw new TwirpError(code, 'code test');
    const outcome = outcomes[inches];
    // A handler that returns nothing is a mistake the types forbid and JavaScript does not.
    if (outcome !== undefined) return outcome(context) as HatInit;
    return { size: inches, color: 'red', name: 'bowler' };
  }
}

/** What `attempt` is refused with. */
function refusal(attempt: () => void): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  return 'not refused';
}

/** An error as a careless class makes it: with a code that does not exist. */
function withCode(code: string): TwirpError {
  const error = new TwirpError('internal', 'x');
  Object.defineProperty(error, 'code', { value: code });
  return error;
}
