import { decodePath, quote, quotePath } from '../../rpc/request-path.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';

/** 404 for a call that reaches no method, under Twirp's own texts. `path` is still percent-encoded. */
function badRoute(msg: string, verb: string, path: string): TwirpError {
  return new TwirpError('bad_route', msg, { meta: { twirp_invalid_route: `${verb} ${decodePath(path)}` } });
}

export function unsupportedVerb(verb: string, path: string): TwirpError {
  return badRoute(`unsupported method ${quote(verb)} (only POST is allowed)`, verb, path);
}

export function unexpectedContentType(contentType: string, verb: string, path: string): TwirpError {
  return badRoute(`unexpected Content-Type: ${quote(contentType)}`, verb, path);
}

/** The methods there are, as far as the error for a path without one has to know. */
interface Served {
  /** Normalised: empty, or like `/api`. */
  readonly prefix: string;
  /** Service names in paths, both spellings. */
  readonly serviceNames: { has(name: string): boolean };
  /** The decoded paths of methods that take a stream. */
  readonly streams?: ReadonlySet<string>;
}

/** 404 for a path without a method, and 501 for one whose method takes a stream; the order of checks is Twirp's: service, then prefix, then method. */
export function noHandler(served: Served, verb: string, path: string): TwirpError {
  const decoded = decodePath(path);
  if (served.streams?.has(decoded) === true) {
    return new TwirpError(
      'unimplemented',
      `${quotePath(path)} takes a stream of requests, and such methods are not served`,
    );
  }
  const methodAt = decoded.lastIndexOf('/');
  const serviceAt = decoded.lastIndexOf('/', methodAt - 1);
  const service = methodAt > 0 ? decoded.slice(serviceAt + 1, methodAt) : '';
  const prefix = decoded.slice(0, Math.max(serviceAt, 0));
  if (served.serviceNames.has(service) && prefix !== served.prefix) {
    const expected = `expected ${quote(served.prefix)}, on path ${quotePath(path)}`;
    return badRoute(`invalid path prefix ${quote(prefix)}, ${expected}`, verb, path);
  }
  return badRoute(`no handler for path ${quotePath(path)}`, verb, path);
}
