import { ClientError } from '../rpc/client-error.ts';

/** The fields of a download message, by their proto names. */
export interface DownloadFields {
  readonly content_type: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly filename: string;
}

/**
 * Reads the download that a method answers with (wire.md, Download): whatever its status where the server marks it, else
 * any success.
 * @returns its fields, from the HTTP answer that carries it; undefined for an answer that is an error
 * @throws {ClientError} `internal` for an unmarked success in JSON or protobuf: the method has come to answer a message,
 *   and that must not be handed over as a file
 * @example
 * const response = await fetch('/api/shop.v1.Reports/Monthly', { method: 'POST', body: '{}' });
 * const file = await readDownload(response, async () => new Uint8Array(await response.arrayBuffer()));
 */
export function readDownload(
  response: Response,
  read: () => Promise<Uint8Array<ArrayBuffer>>,
): Promise<DownloadFields> | undefined {
  const { ok, status, headers } = response;
  const type = headers.get('content-type') ?? '';
  if (!isMarked(response)) {
    if (!ok) return undefined;
    if (/^application\/(json|protobuf)/i.test(type)) {
      throw new ClientError('internal', `expected a download, got ${type}`);
    }
  }
  return read().then((data) => ({
    content_type: type,
    data,
    status,
    filename: filenameOf(headers.get('content-disposition') ?? ''),
  }));
}

/** Reports whether the server says that the answer is a download. */
export function isMarked({ headers }: Response): boolean {
  return headers.has('x-pipit-download');
}

/** The file name of a Content-Disposition: `filename*` before `filename` (RFC 6266, 4.3). */
function filenameOf(disposition: string): string {
  try {
    const encoded = /filename\*=utf-8''([^;\s]+)/i.exec(disposition);
    if (encoded !== null) return decodeURIComponent(encoded[1]!);
  } catch {
    // A broken escape: the name for old clients is better than none.
  }
  const [, quoted, token] = /filename=(?:"([^"]*)"|([^;\s]+))/i.exec(disposition) ?? [];
  return quoted ?? token ?? '';
}
