import type { ResponseHeaders } from '@pipit/runtime/door';
import { budgets } from '../../protocol/budgets.ts';
import { metadataText } from '../../protocol/metadata.ts';
import type { MetadataEntry } from '../../protocol/registry.pb.ts';
import { headersTooLarge } from './failures.ts';

/**
 * Puts the trailers that a service's handler has set where a protocol takes them from. Those that are not legal are left
 * out, and so are those of gRPC's own names: what the call came to is said elsewhere.
 * @throws {TwirpError} for more bytes than an answer may have
 */
export function addTrailers(to: ResponseHeaders, trailers: readonly MetadataEntry[], service: string): void {
  let size = 0;
  for (const { key, value } of trailers) {
    const name = key.toLowerCase();
    const text = metadataText(name, value);
    if (name.startsWith('grpc-')) continue;
    size += name.length + text.length;
    if (size > budgets.answerHeaders.bytes) throw headersTooLarge(service).error;
    try {
      to.append(name, text);
    } catch {
      // An illegal one.
    }
  }
}
