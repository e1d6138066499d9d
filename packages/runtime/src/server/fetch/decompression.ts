import { builtinModule } from '../../protocol/builtin-module.ts';
import { unknownCoding } from '../body-errors.ts';

/** A transform of bytes into bytes. */
interface ByteTransform {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<Uint8Array<ArrayBuffer>>;
}

const formats: Readonly<Record<string, string>> = {
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'brotli',
};

/**
 * A stream that turns a compressed body into plain bytes, or undefined where it is plain (RFC 9110, 8.4.1). Brotli
 * only where the platform has it.
 * @throws {TwirpError} `malformed` for a coding that is not there, or several on top of each other
 */
export function decompression(contentEncoding: string): ByteTransform | undefined {
  const coding = contentEncoding.trim().toLowerCase();
  if (coding === '' || coding === 'identity') return undefined;
  const format = Object.hasOwn(formats, coding) ? formats[coding] : undefined;
  if (format === undefined) throw unknownCoding(contentEncoding, 'gzip, br, deflate, identity');
  try {
    return new DecompressionStream(format as 'gzip');
  } catch {
    const brotli = nodeBrotli();
    if (brotli === undefined) throw unknownCoding(contentEncoding, 'gzip, deflate, identity');
    return brotli;
  }
}

/** Node has had Brotli for longer than its DecompressionStream has. */
function nodeBrotli(): ByteTransform | undefined {
  const zlib = builtinModule?.('node:zlib');
  const stream = builtinModule?.('node:stream');
  return zlib === undefined ? undefined : stream?.Duplex.toWeb(zlib.createBrotliDecompress());
}
