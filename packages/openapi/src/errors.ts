import type { JsonSchema } from './schema/json-schema.ts';

/** The HTTP status of each code (wire.md, Errors); a body that is too large is `resource_exhausted` under 413. */
export const codes: Readonly<Record<string, number>> = {
  aborted: 409,
  already_exists: 409,
  bad_route: 404,
  canceled: 408,
  data_loss: 500,
  deadline_exceeded: 408,
  failed_precondition: 412,
  internal: 500,
  invalid_argument: 400,
  malformed: 400,
  not_found: 404,
  out_of_range: 400,
  permission_denied: 403,
  resource_exhausted: 429,
  unauthenticated: 401,
  unavailable: 503,
  unimplemented: 501,
  unknown: 500,
};

/** Its name in the document. No proto declares a name with a hyphen. */
export const errorName = 'twirp-error';

/** The body of an answer that is an error. */
export const errorSchema: JsonSchema = {
  type: 'object',
  description: 'An exception: every answer with another status than 200.',
  properties: {
    code: {
      type: 'string',
      description: 'What went wrong, for machines.',
      enum: Object.keys(codes),
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
