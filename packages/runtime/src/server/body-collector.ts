import { AsyncResource } from 'node:async_hooks';
import { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { BodyTooLargeError } from '../rpc/body-too-large.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';
import { callerGone, tooShort } from './body-errors.ts';

/** More are put together: a piece of one byte takes a hundred until then. */
const mostChunks = 4096;

/** Puts the pieces of a body together and settles once. */
export class BodyCollector {
  settled = false;
  readonly #limit: number;
  readonly #done: (body: Uint8Array) => void;
  readonly #fail: (error: TwirpError) => void;
  #first: Buffer | undefined = undefined;
  #chunks: Buffer[] | undefined = undefined;
  /** Earlier pieces, put together. */
  #merged: Buffer[] | undefined = undefined;
  #size = 0;

  readonly #announced: number;

  /**
   * @param limit in bytes
   * @param announced the fewest bytes that are a whole body
   */
  constructor(
    limit: number,
    done: (body: Uint8Array) => void,
    fail: (error: TwirpError) => void,
    announced = 0,
  ) {
    this.#limit = limit;
    this.#announced = announced;
    this.#done = done;
    this.#fail = fail;
  }

  add(chunk: Buffer): void {
    if (this.settled) return;
    this.#size += chunk.length;
    if (this.#size > this.#limit) this.fail(new BodyTooLargeError(this.#limit));
    else if (this.#first === undefined) this.#first = chunk;
    else if ((this.#chunks ??= [this.#first]).push(chunk) === mostChunks) {
      (this.#merged ??= []).push(Buffer.concat(this.#chunks));
      this.#chunks = [];
    }
  }

  end(): void {
    if (this.settled) return;
    if (this.#size < this.#announced) {
      this.fail(tooShort(this.#size, this.#announced));
      return;
    }
    this.settled = true;
    const first = this.#first ?? Buffer.alloc(0);
    if (this.#merged !== undefined) this.#chunks?.unshift(...this.#merged);
    this.#done(this.#chunks === undefined ? first : Buffer.concat(this.#chunks, this.#size));
  }

  fail(error: TwirpError): void {
    if (this.settled) return;
    this.settled = true;
    this.#chunks = this.#merged = this.#first = undefined;
    this.#fail(error);
  }
}

/** Fills `body` from a stream. @param toError what it means that the stream broke off */
export function collect(stream: Readable, body: BodyCollector, toError: (cause?: Error) => TwirpError): void {
  if (isUntouched(stream)) {
    collectFromParser(stream, body);
    return;
  }
  // The listeners stay, because taking them off a stream that is done costs more than asking whether it is.
  const onLost = (cause?: Error): void => {
    if (!body.settled) body.fail(toError(cause));
  };
  stream.on('data', (chunk: Buffer | string) => {
    // A stream that a host has put there may hold texts.
    body.add(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
  });
  stream.on('end', () => body.end());
  stream.on('error', onLost);
  stream.on('close', onLost);
  // A host may have paused it, and not know that it is ours to go on.
  if (stream.listenerCount('readable') > 0) stream.on('readable', () => void stream.read());
  else stream.resume();
}

/** Nobody has begun to read it or waits for its end, and none of it has come. */
function isUntouched(stream: Readable): stream is IncomingMessage {
  return (
    stream instanceof IncomingMessage &&
    stream.readableFlowing === null &&
    stream.readableLength === 0 &&
    !stream.complete &&
    !stream.destroyed &&
    stream.listenerCount('end') === 0 &&
    stream.listenerCount('close') === 0
  );
}

const collector = Symbol('pipit.collector');

/** Collects in the async context of whoever waits for the body, not in the parser's. */
class ParserBody extends AsyncResource {
  readonly body: BodyCollector;

  constructor(body: BodyCollector) {
    super('PipitBody');
    this.body = body;
  }
}

interface Parsed extends IncomingMessage {
  [collector]: ParserBody;
}

/**
 * Takes the pieces as node's parser pushes them, which saves the four listeners and the turns that a flowing
 * stream costs: a tenth of a small call. The functions are shared by all messages, which saves closures.
 */
function collectFromParser(message: IncomingMessage, body: BodyCollector): void {
  (message as Parsed)[collector] = new ParserBody(body);
  message.push = push;
  message.on('close', onClose);
}

function push(this: unknown, chunk: Buffer | null): boolean {
  const parsed = (this as Parsed)[collector];
  if (chunk === null) parsed.runInAsyncScope(end, parsed.body);
  else parsed.runInAsyncScope(add, parsed.body, chunk);
  return chunk !== null;
}

function onClose(this: Parsed): void {
  const parsed = this[collector];
  if (!parsed.body.settled) parsed.runInAsyncScope(lose, parsed.body);
}

function add(this: BodyCollector, chunk: Buffer): void {
  this.add(chunk);
}

function end(this: BodyCollector): void {
  this.end();
}

function lose(this: BodyCollector): void {
  this.fail(callerGone());
}
