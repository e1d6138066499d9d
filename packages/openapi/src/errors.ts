import type { JsonSchema } from './schema/json-schema.ts';

/** Every code there is (wire.md, Errors). */
const codes: readonly string[] = [
  'aborted',
  'already_exists',
  'bad_route',
  'canceled',
  'data_loss',
  'deadline_exceeded',
  'failed_precondition',
  'internal',
  'invalid_argument',
  'malformed',
  'not_found',
  'out_of_range',
  'permission_denied',
  'resource_exhausted',
  'unauthenticated',
  'unavailable',
  'unimplemented',
  'unknown',
];

/** The name of an error's body in the document. No proto declares a name with a hyphen. */
export const errorName = 'twirp-error';

/** The body of an answer that is an error. */
export const errorSchema: JsonSchema = {
  type: 'object',
  description: 'An exception: every answer with another status than 200.',
  properties: {
    code: {
      type: 'string',
      description: 'What went wrong, for machines.',
      enum: codes,
    },
    msg: { type: 'string', description: 'What went wrong, for people.' },
    meta: {
      type: 'object',
      description:
        'Details. `argument` is the field that `invalid_argument` is about, `cause` the reason where the server tells it.',
      additionalProperties: { type: 'string' },
    },
  },
  required: ['code', 'msg'],
};

const content = {
  'application/json': { schema: { $ref: `#/components/schemas/${errorName}` } },
};
const headers = { 'X-Trace-Id': { $ref: '#/components/headers/X-Trace-Id' } };

/** The answers that every method may give, by their name among the document's responses. */
export const errorResponses: Readonly<Record<string, object>> = {
  'bad-request': {
    description: 'The request is wrong: `invalid_argument`, `malformed` or `out_of_range`.',
    headers,
    content,
  },
  failure: {
    description: 'The server failed: `internal`, `unknown` or `data_loss`.',
    headers,
    content,
  },
  exception: {
    description:
      'An exception: 401 `unauthenticated`, 403 `permission_denied`, 404 `not_found`, 429 `resource_exhausted`, 503 `unavailable` and so on.',
    headers,
    content,
  },
};

/** The errors of one operation. */
export const operationErrors: Readonly<Record<string, object>> = {
  400: { $ref: '#/components/responses/bad-request' },
  500: { $ref: '#/components/responses/failure' },
  default: { $ref: '#/components/responses/exception' },
};
