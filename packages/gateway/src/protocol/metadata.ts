import type { MetadataEntryInit } from './registry.pb.ts';

/** Headers of several values, or trailers, as they travel. */
export function metadataEntries(
  headers: Readonly<Record<string, string | readonly string[]>>,
): MetadataEntryInit[] {
  return Object.entries(headers).flatMap(([key, values]) =>
    [values].flat().map((value) => ({ key, value: metadataBytes(key, value) })),
  );
}

/** A header's text as bytes: binary values are base64, as in gRPC; latin1 is each byte of another as it is. */
export function metadataBytes(name: string, text: string): Uint8Array {
  return Buffer.from(text, encodingOf(name));
}

/** The same back. */
export function metadataText(name: string, { buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString(encodingOf(name));
}

function encodingOf(name: string): 'base64' | 'latin1' {
  return name.endsWith('-bin') ? 'base64' : 'latin1';
}
