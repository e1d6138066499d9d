import { isIP, SocketAddress } from 'node:net';

/** The other end of a connection, as a balancer tells it. */
export interface ProxiedPeer {
  readonly address: string;
  readonly port: number;
}

/** A header that is whole. */
export interface ProxyHeader {
  /** In bytes. */
  readonly length: number;
  /** Undefined where the balancer speaks for itself, or tells nothing that has an IP address. */
  readonly peer: ProxiedPeer | undefined;
}

/** Bytes that are not a header of the PROXY protocol; the text says why. */
export class ProxyHeaderError extends Error {}

/** How a header of version 1 begins, and its longest, with the end of its line. */
const begin1 = Buffer.from('PROXY ');
const longest1 = 107;
/** How one of version 2 begins, and all that is in every one. */
const begin2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const fixed2 = 16;
/** Addresses of 36 bytes at most, and what balancers add to them: names, ids, subjects of certificates. */
const longest2 = 4096;

const syntax1 = /^PROXY (?:UNKNOWN(?: .*)?|(TCP[46]) ([^ ]+) ([^ ]+) (\d{1,5}) (\d{1,5}))$/;

/** Bytes that a header of version 2 has for each end and for both, by the number of its family: none, IPv4, IPv6, Unix. */
const families = [
  { family: undefined, address: 0, all: 0 },
  { family: 'ipv4', address: 4, all: 12 },
  { family: 'ipv6', address: 16, all: 36 },
  { family: undefined, address: 108, all: 216 },
] as const;

/**
 * Reads the header that a connection begins with, of version 1 or 2.
 * @returns undefined while more bytes are needed
 * @throws {ProxyHeaderError}
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader | undefined {
  if (beginsWith(bytes, begin1)) return readVersion1(bytes);
  if (beginsWith(bytes, begin2)) return readVersion2(bytes);
  const shown = JSON.stringify(bytes.toString('latin1', 0, begin2.length)).replaceAll(/[^ -~]/g, '?');
  throw new ProxyHeaderError(`begins with ${shown} and not with a header of the PROXY protocol`);
}

/** True for the first bytes of it, too. */
function beginsWith(bytes: Buffer, begin: Buffer): boolean {
  const length = Math.min(bytes.length, begin.length);
  return bytes.compare(begin, 0, length, 0, length) === 0;
}

function readVersion1(bytes: Buffer): ProxyHeader | undefined {
  const end = bytes.subarray(0, longest1).indexOf('\r\n');
  if (end === -1) {
    if (bytes.length < longest1) return undefined;
    throw new ProxyHeaderError(`has a PROXY header without an end in ${longest1} bytes`);
  }
  const line = bytes.toString('latin1', 0, end);
  const matched = syntax1.exec(line);
  const length = end + 2;
  const [, family, source = '', destination = '', port, port2] = matched ?? [];
  if (matched !== null && family === undefined) return { length, peer: undefined };
  const version = family === 'TCP4' ? 4 : 6;
  const ports = [Number(port), Number(port2)];
  if (
    family === undefined ||
    isIP(source) !== version ||
    isIP(destination) !== version ||
    ports.some((one) => one > 65_535)
  ) {
    throw new ProxyHeaderError(
      `has a malformed PROXY header: ${JSON.stringify(line).replaceAll(/[^ -~]/g, '?')}`,
    );
  }
  return { length, peer: peerOf(source, Number(port), version === 4 ? 'ipv4' : 'ipv6') };
}

function readVersion2(bytes: Buffer): ProxyHeader | undefined {
  if (bytes.length < fixed2) return undefined;
  const [command, kind] = [bytes.readUInt8(12), bytes.readUInt8(13)];
  const length = fixed2 + bytes.readUInt16BE(14);
  if (length > longest2)
    throw new ProxyHeaderError(`has a PROXY header of ${length} bytes, above ${longest2}`);
  const isLocal = (command & 0xf) === 0;
  const [told, transport] = [families[kind >> 4], kind & 0xf];
  if (command >> 4 !== 2 || (command & 0xf) > 1 || told === undefined || transport > 2) {
    const shown = bytes.toString('hex', 12, 14);
    throw new ProxyHeaderError(
      `has a malformed PROXY header: version, command, family or transport (${shown})`,
    );
  }
  if (!isLocal && length < fixed2 + told.all) {
    throw new ProxyHeaderError(`has a malformed PROXY header: ${length} bytes do not hold its addresses`);
  }
  if (bytes.length < length) return undefined;
  const { family, address } = told;
  // Only what came over TCP has this caller at its other end.
  if (isLocal || transport !== 1 || family === undefined) return { length, peer: undefined };
  const source = bytes.subarray(fixed2, fixed2 + address);
  const port = bytes.readUInt16BE(fixed2 + 2 * address);
  return { length, peer: peerOf(family === 'ipv4' ? source.join('.') : ipv6Text(source), port, family) };
}

function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(2 * index).toString(16));
  return groups.join(':');
}

/** With the address as Node writes it, so that one caller has one spelling. */
function peerOf(address: string, port: number, family: 'ipv4' | 'ipv6'): ProxiedPeer {
  return { address: new SocketAddress({ address, port, family }).address, port };
}
