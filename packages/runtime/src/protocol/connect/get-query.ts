import { readBase64 } from '../../codec/base64.ts';
import { toUtf8 } from '../../codec/utf8.ts';
import { queryOf } from '../../rpc/request-path.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';
import { isGzip } from '../compression.ts';
import { RefusedRequestError } from '../refused-request.ts';
import type { MessageFormat } from './content-type.ts';

/** The request in the query of a GET. */
interface QueriedRequest {
  readonly format: MessageFormat;
  readonly isGzip: boolean;
  readonly body: Uint8Array;
}

const message = /[?&]message=/;
const knownEncoding = /[?&]encoding=(?:json|proto)(?:&|$)/;
const version = /[?&]connect=v/;

/** True for the target of a GET that Connect's callers send. A form may have a field `message`, and one `encoding`. */
export function isConnectGet(target: string): boolean {
  return message.test(target) && (knownEncoding.test(target) || version.test(target));
}

/**
 * @param target whose query holds `message` and `encoding`
 * @throws {TwirpError} `invalid_argument` for an unknown version, `malformed`, `unimplemented` for an unknown compression
 * @throws {RefusedRequestError} 415
 */
export function readQuery(target: string): QueriedRequest {
  const query = new URLSearchParams(queryOf(target));
  const connect = query.get('connect') ?? 'v1';
  if (connect !== 'v1') {
    throw new TwirpError(
      'invalid_argument',
      `connect=${connect} is not a version that is known: send connect=v1`,
    );
  }
  const encoding = query.get('encoding');
  if (encoding !== 'json' && encoding !== 'proto') {
    throw new RefusedRequestError(
      415,
      `encoding ${JSON.stringify(encoding)} is not supported: json and proto are`,
    );
  }
  const compression = query.get('compression') ?? 'identity';
  const text = toUtf8(query.get('message') ?? '');
  const body = query.get('base64') === '1' ? readBase64(text, 0, text.length) : text;
  if (body === undefined) throw new TwirpError('malformed', 'the message in the query is not valid base64');
  return {
    format: encoding === 'json' ? 'json' : 'protobuf',
    isGzip: isGzip({ compression }, 'compression'),
    body,
  };
}
