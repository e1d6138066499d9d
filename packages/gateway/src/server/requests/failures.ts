import { internal, resourceExhausted, TwirpError, unavailable, unimplemented } from '@pipit/runtime';
import { findTwirpError } from '@pipit/runtime/door';
import { budgets } from '../../protocol/budgets.ts';
import type { ChunkError } from '../../protocol/chunks.ts';
import type { RequestFailure } from './sink.ts';

/** The answers of the gateway itself, where no service answers a caller. */

const soon = 1;

export function crowdedGateway(): RequestFailure {
  return {
    error: resourceExhausted('the gateway has as many requests as it takes; try again'),
    retryAfter: soon,
  };
}

/** A caller's connection does not read its answers. */
export function crowdedCaller(): RequestFailure {
  const { bytes } = budgets.unread;
  const text = `more than ${bytes} bytes of answers wait for this connection: read them, then try again`;
  return { error: resourceExhausted(text), retryAfter: soon };
}

export function crowdedKey(limit: number): RequestFailure {
  const error = resourceExhausted(`this key may have ${limit} requests under way, and has; try again`);
  return { error, retryAfter: soon };
}

export function crowdedService(service: string): RequestFailure {
  const error = resourceExhausted(
    `all connections of ${service} have as many requests as they take; try again`,
  );
  return { error, retryAfter: soon };
}

/** No connection ever served it. */
export function unknownService(service: string): RequestFailure {
  const text = `no service has connected as ${service}; look at the name, and whether the service runs`;
  return { error: unimplemented(text) };
}

/** Its connections are gone, or none of them is fit to be asked. */
export function absentService(service: string): RequestFailure {
  const text = `${service} has no connection to the gateway now; look whether the service runs, then try again`;
  return { error: unavailable(text), retryAfter: soon };
}

/** Its connections are there and do not answer. @param wait until they are asked again, in milliseconds */
export function silentService(service: string, wait: number): RequestFailure {
  const retryAfter = Math.max(soon, Math.ceil(wait / 1000));
  const text = `the connections of ${service} have not answered the latest requests; they are asked again later`;
  return { error: unavailable(text), retryAfter };
}

/** Another gateway had it without all of its body, or heard too late that it is to begin. */
export function notBegun(): RequestFailure {
  const text = 'another gateway did not get all of the request in time, and has not begun it; try again';
  return { error: unavailable(text), retryAfter: soon };
}

export function lostUnsent(service: string, why: string): RequestFailure {
  return {
    error: unavailable(`${service} was not asked: its connection is gone (${why}); try again`),
    retryAfter: soon,
  };
}

export function lostSent(service: string, why: string): RequestFailure {
  const text = `the connection to ${service} is gone (${why}) and it had the request; outcome unknown`;
  return { error: unavailable(text) };
}

export function deadlineExceeded(service: string, timeout: number): RequestFailure {
  const text = `no answer of ${service} within ${Math.round(timeout)} ms`;
  return { error: new TwirpError('deadline_exceeded', text) };
}

/** @param limit bytes */
export function requestTooLarge(service: string, limit: number): RequestFailure {
  const text = `the request is too large: the connection of ${service} takes ${limit} bytes a message, headers included`;
  return { error: resourceExhausted(text), status: 413 };
}

/** @param limit bytes */
export function bodyTooLarge(limit: number): RequestFailure {
  return { error: resourceExhausted(`the request's body has more than ${limit} bytes`), status: 413 };
}

/** @param limit bytes */
export function answerTooLarge(service: string, limit: number): RequestFailure {
  return {
    error: internal(`the answer of ${service} has more than the ${limit} bytes that the gateway takes`),
  };
}

export function headersTooLarge(service: string): RequestFailure {
  const { bytes } = budgets.answerHeaders;
  return {
    error: internal(`the headers of the answer of ${service} have more than ${bytes} bytes`),
    status: 502,
  };
}

export function brokenChunks(service: string, cause: ChunkError): RequestFailure {
  return { error: internal(`the chunks of ${service}'s answer make no payload: ${cause.message}`) };
}

/** @param limit bytes */
export function slowCaller(limit: number): RequestFailure {
  return {
    error: resourceExhausted(`more than ${limit} bytes of the answer wait for the caller, who does not read`),
    cut: true,
  };
}

/** The failure of a request that could not be said to its peer. */
export function unsayable(thrown: unknown): RequestFailure {
  const error =
    findTwirpError(thrown) ?? internal('the gateway could not make the request', { cause: thrown });
  return { error };
}
