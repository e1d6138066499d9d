import type { OutgoingHttpHeaders } from 'node:http';
import { TwirpError } from '@pipit/runtime';
import { BinaryReader } from '@pipit/runtime/codec';
import { isLegalHeaderValue, ResponseHeaders } from '@pipit/runtime/door';
import { Any } from '@pipit/runtime/google/protobuf/any';
import { budgets } from '../protocol/budgets.ts';
import { metadataText } from '../protocol/metadata.ts';
import type { MetadataEntry } from '../protocol/registry.pb.ts';
import { addTrailers } from '../server/requests/handler-trailers.ts';
import type { RequestFailure } from '../server/requests/sink.ts';
import { responseHeaders } from './response-headers.ts';

const detailsName = 'grpc-status-details-bin';
/** gRPC's own, which say how a call ended. */
const statusNames: ReadonlySet<string> = new Set(['grpc-status', 'grpc-message', detailsName]);

/** The trailers of a service that speaks gRPC itself, as its caller gets them; undefined for more than an answer may have. */
export function grpcTrailers(trailers: readonly MetadataEntry[]): OutgoingHttpHeaders | undefined {
  const all = responseHeaders({}, trailers);
  if (all === undefined) return undefined;
  let size = 0;
  for (const { key, value } of trailers) {
    const name = key.toLowerCase();
    if (!statusNames.has(name)) continue;
    // Without padding, as gRPC sends it.
    const text = metadataText(name, value).replace(/=+$/, '');
    size += text.length;
    if (isLegalHeaderValue(text)) all[name] = text;
  }
  return size > budgets.answerHeaders.bytes ? undefined : all;
}

/** The trailers and the details of an error that a service has answered in protobuf. @throws {TwirpError} for too many trailers */
export function errorParts(
  { error, head }: RequestFailure,
  service: string,
): { error: TwirpError; trailers: ResponseHeaders | undefined } {
  if (head === undefined || head.trailers.length === 0) return { error, trailers: undefined };
  const trailers = new ResponseHeaders();
  addTrailers(trailers, head.trailers, service);
  const status = head.trailers.find(({ key }) => key.toLowerCase() === detailsName);
  const details = status === undefined ? [] : detailsOf(status.value);
  if (details.length === 0) return { error, trailers };
  return { error: new TwirpError(error.code, error.msg, { meta: error.meta, details }), trailers };
}

/** Tag of `google.rpc.Status.details`. */
const detailsTag = 0x1a;

/** The details in a `google.rpc.Status`; none where it is not one. */
function detailsOf(status: Uint8Array): Any[] {
  try {
    const reader = new BinaryReader(status);
    const details: Any[] = [];
    while (reader.pos < status.length) {
      const tag = reader.tag();
      if (tag === detailsTag) details.push(Any.decode(reader.bytes()));
      else reader.skip(tag);
    }
    return details;
  } catch {
    return [];
  }
}
