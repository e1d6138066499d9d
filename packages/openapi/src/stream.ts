import { errorName } from './errors.ts';
import type { JsonSchema } from './schema/json-schema.ts';

/** The description of a stream's answer. */
export const streamText =
  'A stream: NDJSON, one object a line, of which the last says how it ended; server-sent events with `Accept: text/event-stream`. A body without a last line, or without a last event, was broken off.';

const events: JsonSchema = {
  type: 'string',
  description:
    'An event a message: `data` is the message, `id` is there where the message has one. The last event is `end`, or `failed` with the error in `data`.',
};

/**
 * The media types of a stream (wire.md, Streams). The schema of NDJSON is that of one line: OpenAPI 3.1 has no word for
 * the sequence.
 * @param message the schema of a message of the stream
 */
export function streamContent(message: JsonSchema): object {
  const line = {
    oneOf: [
      {
        type: 'object',
        title: 'A message',
        properties: {
          result: message,
          id: { type: 'string', description: 'Where a caller may go on: its `Last-Event-ID`.' },
        },
        required: ['result'],
      },
      {
        type: 'object',
        title: 'The end',
        properties: { end: { type: 'object' } },
        required: ['end'],
      },
      {
        type: 'object',
        title: 'An error, which is the end too',
        properties: { error: { $ref: `#/components/schemas/${errorName}` } },
        required: ['error'],
      },
    ],
  };
  return { 'application/x-ndjson': { schema: line }, 'text/event-stream': { schema: events } };
}
