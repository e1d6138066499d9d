/** The most that one kind of input may cost, and what happens above it. */
export interface Budget {
  /** For people: a row of the table in docs/gateway.md. */
  readonly input: string;
  /** `stranger`: before a key is accepted; `service`: a registered connection; `caller`: whoever calls. */
  readonly from: 'stranger' | 'service' | 'caller';
  /** How many. */
  readonly count?: number;
  readonly bytes?: number;
  /** Of our own CPU, in milliseconds a second. */
  readonly cpuMs?: number;
  readonly above: string;
}

/**
 * The most that anybody can cost: every message, log line and label of a peer passes here. docs/gateway.md shows the same table,
 * and each row has a test whose name begins with its own: both are held by test/docs/gateway-budgets.test.ts.
 */
export const budgets = {
  openingMessage: {
    input: 'a message before the registration is accepted',
    from: 'stranger',
    bytes: 131_072,
    above: 'refused by its announced length, before the key is looked at',
  },
  openings: {
    input: 'connections of one address that have not registered, and what all such connections have sent',
    from: 'stranger',
    count: 1_024,
    bytes: 16_777_216,
    above: 'the one that goes above it is refused with RESOURCE_EXHAUSTED',
  },
  earlyMessages: {
    input: 'messages between the registration and CONNECTED',
    from: 'service',
    bytes: 65_536,
    above: 'refused with RESOURCE_EXHAUSTED',
  },
  connection: {
    input:
      'what a connection sends unasked, a second: heartbeats, events and what they bring to subscribers, uploads, updates, acknowledgements, answers nobody waits for',
    from: 'service',
    count: 10_000,
    bytes: 16_777_216,
    cpuMs: 250,
    above: 'nothing is read until it is made up for; closed after 30 s in a row',
  },
  repeatedAnswers: {
    input: 'answers to requests that are answered, or were never made, a minute',
    from: 'service',
    count: 100,
    above: 'closed with INVALID_ARGUMENT',
  },
  emptyChunks: {
    input: 'chunks of one payload without a byte',
    from: 'service',
    count: 16,
    above: 'that request fails',
  },
  mistakes: {
    input: 'mistakes that a connection survives',
    from: 'service',
    count: 100,
    above: 'closed with INVALID_ARGUMENT',
  },
  descriptorSet: {
    input: 'an uploaded descriptor set',
    from: 'service',
    bytes: 4_194_304,
    above: 'refused; the connection keeps the set it had',
  },
  instanceId: {
    input: 'instance_id',
    from: 'service',
    bytes: 128,
    above: 'refused with INVALID_ARGUMENT',
  },
  idempotentMethods: {
    input: 'idempotent_methods of a connection',
    from: 'service',
    count: 4_096,
    above: 'refused with INVALID_ARGUMENT',
  },
  eventTypes: {
    input: 'event types of a connection, and the bytes of each',
    from: 'service',
    count: 1_000,
    bytes: 255,
    above: 'the subscription, or the event, is refused',
  },
  logText: {
    input: 'a text of a peer in a line of the log: an id, a name, a reason',
    from: 'service',
    bytes: 256,
    above: 'cut',
  },
  logServices: {
    input: 'names of services in a line of the log',
    from: 'service',
    count: 8,
    above: 'the others are counted',
  },
  logLines: {
    input: 'lines of the log of one kind about one connection or address, a minute',
    from: 'stranger',
    count: 1,
    above: 'counted in the next line',
  },
  labels: {
    input: 'names of services in metrics; those without a connection for 10 minutes are forgotten',
    from: 'service',
    count: 1_000,
    above: 'counted as `_OTHER`',
  },
  headerNames: {
    input: 'names of headers that are remembered, and the bytes of each',
    from: 'service',
    count: 1_000,
    bytes: 64,
    above: 'looked at anew each time',
  },
  errorText: {
    input: 'the text of an error, as `grpc-message` or `msg`, after encoding',
    from: 'service',
    bytes: 8_192,
    above: 'cut',
  },
  answerHeaders: {
    input: 'headers of an answer, and its trailers, each in sum',
    from: 'service',
    bytes: 16_384,
    above: '502 naming the service',
  },
  unread: {
    input: 'bytes of answers that one connection of a caller has not taken',
    from: 'caller',
    bytes: 16_777_216,
    above: 'further requests of that connection are 429',
  },
  inFlight: {
    input: 'requests under way in all, and the bytes of their bodies and unread answers',
    from: 'caller',
    count: 16_384,
    bytes: 268_435_456,
    above: 'everybody’s further requests are 429',
  },
  unreadAnswer: {
    input:
      'bytes of one answer in chunks that its caller has not taken, where its service cannot be held back',
    from: 'caller',
    bytes: 1_048_576,
    above: 'the answer is cut off',
  },
} as const;

const ellipsis = '…';

/** A text of at most so many bytes of UTF-8: its beginning, and an ellipsis where some of it is missing. */
export function cut(text: string, { bytes }: { readonly bytes: number }): string {
  // UTF-8 has at most three bytes for a UTF-16 unit.
  if (text.length * 3 <= bytes || (text.length <= bytes && Buffer.byteLength(text) <= bytes)) return text;
  const kept = Buffer.from(text.slice(0, bytes)).subarray(0, bytes - Buffer.byteLength(ellipsis));
  // Half a character at the end.
  return kept.toString().replace(/\uFFFD+$/, '') + ellipsis;
}
