import { isCode, type Code } from '../rpc/code.ts';
import { TwirpError } from '../rpc/twirp-error.ts';

/** What a status means that no Twirp server has sent (wire.md, Client); any other is `unknown`. */
const codeOf: Readonly<Record<number, Code>> = {
  400: 'internal',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'bad_route',
  429: 'resource_exhausted',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
};

/** Whether an answer is a redirect; a browser shows one it did not follow as status 0. */
export function isRedirect(status: number): boolean {
  return status === 0 || (status >= 300 && status < 400);
}

/** The error that an answer other than 200 stands for. */
export function responseError(response: Response, body: string): TwirpError {
  const { status, statusText, headers } = response;
  const meta = { http_error_from_intermediary: 'true', status_code: `${status}` };
  if (isRedirect(status)) {
    const location = headers.get('location') ?? '';
    const msg = `unexpected HTTP status code ${status} "${statusText}" received, Location="${location}"`;
    return new TwirpError('internal', msg, { meta: { ...meta, location } });
  }
  return (
    twirpError(body) ??
    new TwirpError(
      codeOf[status] ?? 'unknown',
      `Error from intermediary with HTTP status code ${status} "${statusText}"`,
      {
        meta: { ...meta, body },
      },
    )
  );
}

/** A body of Twirp's shape and no other: with one key more it is somebody else's. */
function twirpError(body: string): TwirpError | undefined {
  let fields: [string, unknown][];
  try {
    // Go's decoder, which Twirp clients are measured by, reads one value and not what comes behind it.
    fields = Object.entries(Object(JSON.parse(body.slice(0, body.lastIndexOf('}') + 1))));
  } catch {
    return undefined;
  }
  let code: unknown;
  let msg: unknown = '';
  let meta: unknown;
  for (const [key, value] of fields) {
    // Nor does it mind the case, or a null.
    if (/^code$/i.test(key)) code = value;
    else if (/^msg$/i.test(key)) msg = value ?? '';
    else if (/^meta$/i.test(key)) meta = value;
    else return undefined;
  }
  const entries = Object.entries(meta ?? {});
  const strings = typeof (meta ?? {}) === 'object' && entries.every(([, value]) => typeof value === 'string');
  if (typeof code !== 'string' || code === '' || typeof msg !== 'string' || !strings) return undefined;
  // Twirp's specification prints it without the underscore; its servers send it with one.
  if (code === 'dataloss') code = 'data_loss';
  if (!isCode(code)) {
    return new TwirpError('internal', `invalid type returned from server error response: ${String(code)}`, {
      meta: { body },
    });
  }
  return new TwirpError(code, msg, { meta: Object.fromEntries(entries) });
}
