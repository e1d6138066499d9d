import { ClientError } from '../rpc/client-error.ts';
import { isCode, type Code } from '../rpc/code.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { asText, type Body } from './response-body.ts';

/** The code of a status that no Twirp server has sent (wire.md, Client); any other is `unknown`. */
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

/**
 * The error that an answer other than 200 stands for.
 * @param read gives the body, which a redirect's nobody needs
 */
export async function responseError(
  { status, statusText, headers }: Response,
  read: () => Promise<Body>,
): Promise<TwirpError> {
  const meta = { http_error_from_intermediary: 'true', status_code: `${status}` };
  const reason = `HTTP status code ${status} "${statusText}"`;
  // A browser shows a redirect that it did not follow as status 0.
  if (!status || (status > 299 && status < 400)) {
    const location = headers.get('location') ?? '';
    return new ClientError('internal', `unexpected ${reason} received, Location="${location}"`, {
      meta: { ...meta, location },
    });
  }
  const body = asText(await read());
  return (
    twirpError(body) ??
    new ClientError(codeOf[status] ?? 'unknown', `Error from intermediary with ${reason}`, {
      meta: { ...meta, body },
    })
  );
}

/** A body of Twirp's shape and no other: with one key more it is somebody else's. */
export function twirpError(body: string): TwirpError | undefined {
  let fields: Record<string, unknown>;
  try {
    // Go's decoder, which Twirp clients are measured by, reads one value and not what comes behind it.
    const entries = Object.entries(JSON.parse(body.slice(0, body.lastIndexOf('}') + 1)) as object);
    // Nor does it mind the case of a key, or a null.
    fields = Object.fromEntries(entries.map(([key, value]) => [key.toLowerCase(), value ?? undefined]));
  } catch {
    return undefined;
  }
  let { code, msg = '', meta = {}, ...others } = fields;
  const texts = [code, msg, ...Object.values(meta as object)];
  const isForeign = !code || typeof meta !== 'object' || Object.keys(others).length;
  if (isForeign || texts.some((text) => typeof text !== 'string')) return undefined;
  // Twirp's specification prints it without the underscore; its servers send it with one.
  if (code === 'dataloss') code = 'data_loss';
  if (!isCode(code)) {
    return new ClientError(
      'internal',
      `invalid type returned from server error response: ${code as string}`,
      {
        meta: { body },
      },
    );
  }
  // That there is no such method is said to us: nobody who calls us has asked for it.
  return new (code === 'bad_route' ? ClientError : TwirpError)(code, msg as string, {
    meta: { ...meta },
  });
}
