import { readBase64 } from '../../codec/base64.ts';
import { toUtf8 } from '../../codec/utf8.ts';
import { ClientError } from '../../rpc/client-error.ts';
import { isCode, type Code } from '../../rpc/code.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';
import { asText, type Body } from '../response-body.ts';

/** The code of a status without an error of Connect's; any other is `unknown`. */
const codeOf: Readonly<Record<number, Code>> = {
  400: 'internal',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'unimplemented',
  429: 'unavailable',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** The error that an answer other than 200 stands for. */
export function connectError({ status, statusText, headers }: Response, body: Body): TwirpError {
  const code = codeOf[status] ?? 'unknown';
  const text = asText(body);
  if (/^application\/json\b/i.test(headers.get('content-type') ?? '')) {
    try {
      return errorOf(JSON.parse(text), code);
    } catch {
      // Somebody else's JSON.
    }
  }
  const reason = `HTTP status code ${status} "${statusText}"`;
  return new ClientError(code, `Error from intermediary with ${reason}`, {
    meta: { http_error_from_intermediary: 'true', status_code: `${status}`, body: text },
  });
}

/**
 * An error from its JSON.
 * @param fallback where its code is not one
 * @throws {TypeError} where it is no error
 */
export function errorOf(json: unknown, fallback: Code): TwirpError {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('not an error');
  const { code, message, details } = json as Record<string, unknown>;
  return new TwirpError(
    typeof code === 'string' && isCode(code) ? code : fallback,
    typeof message === 'string' ? message : '',
    { details: Array.isArray(details) ? details.flatMap(detailOf) : [] },
  );
}

/** A detail as an Any; what is none is left out. */
function detailOf(detail: unknown): { typeUrl: string; value: Uint8Array }[] {
  const { type, value } = Object(detail) as Record<string, unknown>;
  if (typeof type !== 'string' || typeof value !== 'string') return [];
  const text = toUtf8(value);
  const bytes = readBase64(text, 0, text.length);
  return bytes === undefined ? [] : [{ typeUrl: `type.googleapis.com/${type}`, value: bytes }];
}
