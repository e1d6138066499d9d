import type { OutgoingHttpHeaders } from 'node:http';
import { connectionHeaders, isLegalHeaderValue, isOnceOnly } from '@pipit/runtime/door';
import type { MetadataEntry } from '../protocol/registry.pb.ts';

/** Headers of one connection only, of the body, and the one that is not a property to a JavaScript object. */
const notForwarded: ReadonlySet<string> = new Set([
  ...connectionHeaders,
  '__proto__',
  'content-length',
  'proxy-authenticate',
]);

const legalName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Names as they are told, `''` for those that are not; the same few come again and again. */
const told = new Map<string, string>();
const mostKept = 1_000;

/**
 * The headers of a service as its caller may have them: nothing about the connection between the two, and
 * no illegal ones, which are left out.
 */
export function responseHeaders(
  headers: Readonly<Record<string, string>>,
  metadata: readonly MetadataEntry[],
): OutgoingHttpHeaders {
  const all: OutgoingHttpHeaders = {};
  for (const given in headers) {
    const name = toldAs(given);
    const value = headers[given] as string;
    if (name !== '' && isLegalHeaderValue(value)) all[name] = value;
  }
  for (const { key, value } of metadata) {
    const name = toldAs(key);
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
    const text = bytes.toString(name.endsWith('-bin') ? 'base64' : 'latin1');
    if (name === '' || !isLegalHeaderValue(text)) continue;
    const already = all[name];
    if (already !== undefined && isOnceOnly(name)) continue;
    all[name] = already === undefined ? text : [...[already].flat().map(String), text];
  }
  return all;
}

function toldAs(given: string): string {
  const known = told.get(given);
  if (known !== undefined) return known;
  const lower = given.toLowerCase();
  const isTold = !notForwarded.has(lower) && !lower.startsWith('grpc-') && legalName.test(lower);
  const name = isTold ? lower : '';
  if (told.size < mostKept) told.set(given, name);
  return name;
}
