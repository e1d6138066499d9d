import type { CallContext } from '../../rpc/call-context.ts';
import type { ResponseHeaders } from '../../rpc/response-headers.ts';
import { textOf } from '../../rpc/text-of.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { BinaryWriter } from '../../codec/binary-writer.ts';
import { unpaddedBase64 } from '../bytes.ts';
import { detailsOf } from '../error-details.ts';
import { grpcCodeOfError } from './code.ts';

/** Trailers, by name. */
export type Trailers = Record<string, string | string[]>;

/** Longer ones break off a connection: clients and proxies take a head of 8 to 16 KiB. In bytes. */
const longestValue = 8 * 1024;

/** A text for the grpc-message header: UTF-8, percent-encoded outside of printable ASCII (PROTOCOL-HTTP2.md). */
function encodeGrpcMessage(text: string): string {
  const longest = text.slice(0, longestValue);
  // encodeURIComponent throws on half a surrogate pair.
  const encoded = longest.toWellFormed().replace(/[^ -$&-~]+/g, encodeURIComponent);
  return encoded.length <= longestValue ? encoded : encoded.slice(0, longestValue).replace(/%[\dA-F]?$/, '');
}

/** The trailers of a call that went well. @param set by its handler */
export function okTrailers(set: ResponseHeaders | undefined): Trailers {
  return { ...trailersOf(set), 'grpc-status': '0' };
}

/** The trailers of a call that failed. @param set by its handler. Never throws for what the error holds. */
export function errorTrailers(error: TwirpError, set: ResponseHeaders | undefined): Trailers {
  const code = grpcCodeOfError(error);
  const msg = textOf(error.msg);
  const trailers: Trailers = { ...trailersOf(set), 'grpc-status': String(code) };
  if (msg !== '') trailers['grpc-message'] = encodeGrpcMessage(msg);
  const details = statusDetails(error, code, msg);
  if (details !== undefined) trailers['grpc-status-details-bin'] = details;
  return trailers;
}

/** The trailers behind a stream. */
export function trailersAfter({ trailersSet }: CallContext, error: TwirpError | undefined): Trailers {
  return error === undefined ? okTrailers(trailersSet) : errorTrailers(error, trailersSet);
}

/** The trailers beside the status, for those who carry that in another way; undefined for none. */
export function moreTrailers(set: ResponseHeaders | undefined, error?: TwirpError): Trailers | undefined {
  const details = error && statusDetails(error, grpcCodeOfError(error), textOf(error.msg));
  if (details === undefined) return set && trailersOf(set);
  return { ...trailersOf(set), 'grpc-status-details-bin': details };
}

function trailersOf(set: ResponseHeaders | undefined): Trailers {
  if (set === undefined) return {};
  return Object.fromEntries(
    [...set].map(({ name, values }) => [
      name.toLowerCase(),
      values.length === 1 ? (values[0] as string) : values,
    ]),
  );
}

/** `google.rpc.Status` in base64 without padding; undefined where there is no detail, or more than a head can hold. */
function statusDetails(error: TwirpError, code: number, msg: string): string | undefined {
  const details = detailsOf(error);
  if (details.length === 0) return undefined;
  const writer = new BinaryWriter();
  writer.int32(0x08, code);
  writer.string(0x12, msg.slice(0, longestValue));
  for (const { typeUrl, value } of details) {
    const mark = writer.begin(0x1a);
    writer.string(0x0a, typeUrl);
    writer.bytes(0x12, value);
    writer.end(mark);
  }
  const text = unpaddedBase64(writer.finish());
  return text.length > 2 * longestValue ? undefined : text;
}
