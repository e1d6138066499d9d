import { BlockList, isIP } from 'node:net';

/** Ranges that have a name. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/** Tells whether a text is an address, a range like `10.0.0.0/8`, or `loopback`, `linklocal` or `uniquelocal`. */
export function isAddressRange(text: string): boolean {
  return Object.hasOwn(named, text) || rangeOf(text) !== undefined;
}

/** Addresses that are told apart from all others. */
export class AddressRanges {
  readonly #list = new BlockList();

  /** @throws {TypeError} for what `isAddressRange` does not take */
  constructor(texts: readonly string[]) {
    for (const text of texts.flatMap((text) => (Object.hasOwn(named, text) ? named[text]! : [text]))) {
      const range = rangeOf(text);
      if (range === undefined) {
        throw new TypeError(
          `${JSON.stringify(text)} is not an address: write it like 10.0.0.1, 10.0.0.0/8, loopback, linklocal or uniquelocal`,
        );
      }
      this.#list.addSubnet(range.address, range.bits, range.family);
    }
  }

  /** Node writes an IPv4 address as an IPv6 one where a listener takes both; it is the same here. */
  has(address: string): boolean {
    return this.#list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
}

interface Range {
  readonly address: string;
  readonly bits: number;
  readonly family: 'ipv4' | 'ipv6';
}

function rangeOf(text: string): Range | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  const longest = version === 4 ? 32 : 128;
  if (version === 0 || rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  const length = bits === undefined ? longest : Number(bits);
  return length > longest ? undefined : { address, bits: length, family: version === 4 ? 'ipv4' : 'ipv6' };
}
