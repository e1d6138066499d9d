import type { OutgoingHttpHeaders } from 'node:http';
import { isLegalHeaderValue } from '@pipit/runtime/door';
import type { MetadataEntry } from '../protocol/registry.pb.ts';

/** Of one connection only, of the body, or of gRPC. */
const notForwarded: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const legalName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/**
 * What a service says in headers, as its caller may hear it: nothing about the connection between the two, and
 * nothing that is no legal header, which is left out.
 */
export function responseHeaders(
  headers: Readonly<Record<string, string>>,
  metadata: readonly MetadataEntry[],
): OutgoingHttpHeaders {
  const told: OutgoingHttpHeaders = {};
  for (const name in headers) {
    const value = headers[name] as string;
    if (isTold(name.toLowerCase(), value)) told[name.toLowerCase()] = value;
  }
  for (const { key, value } of metadata) {
    const name = key.toLowerCase();
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
    const text = bytes.toString(name.endsWith('-bin') ? 'base64' : 'latin1');
    if (!isTold(name, text)) continue;
    const already = told[name];
    told[name] = already === undefined ? text : [...[already].flat().map(String), text];
  }
  return told;
}

function isTold(name: string, value: string): boolean {
  return (
    !notForwarded.has(name) && !name.startsWith('grpc-') && legalName.test(name) && isLegalHeaderValue(value)
  );
}
