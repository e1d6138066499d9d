import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { fileBytes } from './file-bytes.js';
import { message } from './messages.js';

/** The statuses of wire.md, Errors. */
const statusOf = {
  canceled: 408,
  unknown: 500,
  invalid_argument: 400,
  malformed: 400,
  deadline_exceeded: 408,
  not_found: 404,
  bad_route: 404,
  already_exists: 409,
  permission_denied: 403,
  unauthenticated: 401,
  resource_exhausted: 429,
  failed_precondition: 412,
  aborted: 409,
  out_of_range: 400,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  data_loss: 500,
};

/**
 * Checks an answer against wire.md.
 * @param call its `expect`: `{ response }`, an EchoResponse in the call's codec; `{ error, status?, meta? }`; or
 *   `{ file }`, a LoadRequest
 * @throws {Error} saying what is wrong
 */
export function checkAnswer(call, answer) {
  const { expect, verb, traceId } = call;
  checkHead(answer, verb, traceId);
  if (expect.error !== undefined) checkError(expect, answer);
  else if (expect.file !== undefined) checkFile(expect.file, answer);
  else checkResponse(expect.response, call, answer);
}

function checkHead({ headers, body }, verb, traceId) {
  if (traceId === undefined)
    ok(/^[0-9a-f]{32}$/.test(headers['x-trace-id']), 'X-Trace-Id is not 32 hex digits');
  else strictEqual(headers['x-trace-id'], traceId);
  if (verb !== 'HEAD') strictEqual(headers['content-length'], String(body.length));
  else strictEqual(body.length, 0);
}

function checkError({ error, status, meta }, answer) {
  strictEqual(answer.headers['content-type'], 'application/json');
  const { code, msg, meta: told, ...rest } = JSON.parse(answer.body.toString());
  strictEqual(code, error);
  strictEqual(answer.status, status ?? statusOf[error]);
  strictEqual(typeof msg, 'string');
  deepStrictEqual(rest, {});
  for (const value of Object.values(told ?? {})) strictEqual(typeof value, 'string');
  if (meta !== undefined) deepStrictEqual({ ...told, ...meta }, told);
}

function checkFile({ size, filename, status }, answer) {
  strictEqual(answer.status, status || 200);
  strictEqual(answer.headers['content-type'], 'application/x-soak');
  strictEqual(answer.headers['x-content-type-options'], 'nosniff');
  if (filename !== undefined) {
    strictEqual(answer.headers['content-disposition'], `attachment; filename="${filename}"`);
  }
  ok(Buffer.compare(answer.body, fileBytes(size)) === 0, 'the file has other bytes');
}

function checkResponse(response, { codec, verb, path }, { status, headers, body }) {
  strictEqual(status, 200);
  strictEqual(headers['x-soak'], path.includes('/Echo') ? 'echo' : undefined);
  strictEqual(headers['content-type'], codec === 'protobuf' ? 'application/protobuf' : 'application/json');
  if (verb === 'HEAD') return;
  const received = codec === 'protobuf' ? message('EchoResponse').decode(body) : JSON.parse(body.toString());
  deepStrictEqual(received, response);
}
