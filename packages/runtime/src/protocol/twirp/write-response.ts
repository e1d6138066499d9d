import type { CallContext } from '../../rpc/call-context.ts';
import type { JsonOptions } from '../../rpc/json-options.ts';
import type { MethodType } from '../../rpc/method-type.ts';
import { httpResponse, type HttpResponse } from '../http-response.ts';
import { jsonType, protobufType, type RequestCodec } from './content-type.ts';
import { conditional } from './conditional.ts';
import { downloadResponse } from './download.ts';
import type { EncodedResponse } from './encoded-response.ts';
import type { TwirpInvocation } from './read-request.ts';

const noHeaders: EncodedResponse['headers'] = [];

export function writeResponse(
  call: CallContext,
  { route, codec }: TwirpInvocation,
  message: object,
): HttpResponse<Uint8Array> {
  const { method } = route;
  const { status, contentType, headers, body } =
    method.kind === 'download'
      ? fileResponse(call, message)
      : encodeResponse(method, codec, message, call.config);
  for (const [name, value] of headers) call.responseHeaders.set(name, value);
  return httpResponse(call, status, contentType, body);
}

/** A file, or what of it the caller wants: what the handler has set beside it counts. */
function fileResponse({ http, headersSet: set }: CallContext, message: object): EncodedResponse {
  const first = (name: string): string | undefined => set?.get(name)[0];
  const file = downloadResponse(message, first('content-disposition'));
  return conditional(file, http, { etag: first('etag'), lastModified: first('last-modified') });
}

/**
 * The response to a request that came in `codec`: a download as the file it holds, any other message in the request's
 * own format, where a form is answered with JSON.
 * @throws {EncodeError} for a message that cannot be encoded
 * @throws {TwirpError} `internal` for a download whose status or Content-Type HTTP cannot carry
 */
export function encodeResponse(
  method: { readonly output: MethodType['output']; readonly kind?: MethodType['kind'] | undefined },
  codec: RequestCodec,
  message: object,
  json: JsonOptions,
): EncodedResponse {
  if (method.kind === 'download') return downloadResponse(message);
  return {
    status: 200,
    contentType: codec === 'protobuf' ? protobufType : jsonType,
    headers: noHeaders,
    body: encodeMessage(method, codec, message, json),
  };
}

/**
 * The bytes of a message, whatever its kind.
 * @throws {EncodeError}
 */
export function encodeMessage(
  { output, kind }: { readonly output: MethodType['output']; readonly kind?: MethodType['kind'] | undefined },
  codec: RequestCodec,
  message: object,
  json: JsonOptions,
): Uint8Array {
  if (codec === 'protobuf') return output.encode(message);
  return output.toJsonBytes(message, kind === 'envelope' ? json.toEnvelopeJson : json.toJson);
}
