import { metadataBytes, metadataText } from '../protocol/metadata.ts';
import type { MetadataEntry, MetadataEntryInit } from '../protocol/registry.pb.ts';

/** Headers as they travel: those of one value in a map, the others as entries of bytes. */
export interface SentHeaders {
  readonly headers: Record<string, string>;
  readonly metadata: MetadataEntryInit[];
}

/** Both together, as node has them: an array where a header came more than once. Binary values are base64, as in gRPC. */
export function readHeaders(
  headers: Record<string, string>,
  metadata: readonly MetadataEntry[],
): Record<string, string | string[] | undefined> {
  const all: Record<string, string | string[] | undefined> = headers;
  for (const { key, value } of metadata) {
    const text = metadataText(key, value);
    const already = Object.hasOwn(all, key) ? all[key] : undefined;
    if (already === undefined) all[key] = text;
    else if (typeof already === 'string') all[key] = [already, text];
    else already.push(text);
  }
  return all;
}

/** Adds a header under its lower-case name. */
export function addHeader(sent: SentHeaders, name: string, values: readonly string[]): void {
  const key = name.toLowerCase();
  if (values.length === 1) sent.headers[key] = values[0] as string;
  else for (const value of values) sent.metadata.push({ key, value: metadataBytes(key, value) });
}
