import type { OutgoingHttpHeaders } from 'node:http';
import { connectionHeaders, isLegalHeaderValue, isOnceOnly } from '@pipit/runtime/door';
import { budgets } from '../protocol/budgets.ts';
import type { MetadataEntry } from '../protocol/registry.pb.ts';

/** Headers of one connection only, of the body, and the one that is not a property to a JavaScript object. */
const notForwarded: ReadonlySet<string> = new Set([
  ...connectionHeaders,
  '__proto__',
  'content-length',
  'proxy-authenticate',
]);

/** Those of gRPC's own names that are about gRPC-Web's frames, which come from the service. */
const encodings: ReadonlySet<string> = new Set(['grpc-encoding', 'grpc-accept-encoding']);

const legalName = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

/** Names as they are told, `''` for those that are not; the same few come again and again. */
const told = new Map<string, string>();
const { count: mostKept, bytes: longestKept } = budgets.headerNames;
const mostBytes: number = budgets.answerHeaders.bytes;

/**
 * The headers of a service as its caller may have them: nothing about the connection between the two, and
 * no illegal ones, which are left out.
 * @returns undefined where they have more bytes than an answer may have
 */
export function responseHeaders(
  headers: Readonly<Record<string, string>>,
  metadata: readonly MetadataEntry[],
): OutgoingHttpHeaders | undefined {
  let size = 0;
  const all: OutgoingHttpHeaders = {};
  for (const given in headers) {
    const name = toldAs(given);
    const value = headers[given] as string;
    if (name === '' || !isLegalHeaderValue(value)) continue;
    all[name] = value;
    size += name.length + value.length;
  }
  for (const { key, value } of metadata) {
    const name = toldAs(key);
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.length);
    const text = bytes.toString(name.endsWith('-bin') ? 'base64' : 'latin1');
    if (name === '' || !isLegalHeaderValue(text)) continue;
    const already = all[name];
    if (already !== undefined && isOnceOnly(name)) continue;
    size += name.length + text.length;
    // Before they are put together, which costs more the more there are.
    if (size > mostBytes) return undefined;
    all[name] = already === undefined ? text : [...[already].flat().map(String), text];
  }
  return size > mostBytes ? undefined : all;
}

function toldAs(given: string): string {
  const known = told.get(given);
  if (known !== undefined) return known;
  const lower = given.toLowerCase();
  const isTold =
    !notForwarded.has(lower) && (!lower.startsWith('grpc-') || encodings.has(lower)) && legalName.test(lower);
  const name = isTold ? lower : '';
  if (told.size < mostKept && given.length <= longestKept) told.set(given, name);
  return name;
}
