import { TwirpError } from '../rpc/twirp-error.ts';

/** The fields of a download message, by their proto names. */
export interface DownloadFields {
  readonly content_type: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly filename: string;
}

/**
 * Whether an answer's body is the data of the download that the client expects (wire.md, Values): whatever its status
 * where the server marks it, else any success.
 * @throws {TwirpError} `internal` for an unmarked success in JSON or protobuf: the method has come to answer a message,
 *   and that must not be handed over as a file
 */
export function isDownload({ ok, headers }: Response): boolean {
  if (headers.has('x-pipit-download')) return true;
  const type = headers.get('content-type') ?? '';
  if (ok && /^application\/(json|protobuf)/i.test(type)) {
    throw new TwirpError('internal', `expected a download, got ${type}`);
  }
  return ok;
}

/** They are filled from the HTTP answer that carries the download (wire.md, Download). */
export function downloadFields({ status, headers }: Response, data: Uint8Array<ArrayBuffer>): DownloadFields {
  return {
    content_type: headers.get('content-type') ?? '',
    data,
    status,
    filename: filenameOf(headers.get('content-disposition') ?? ''),
  };
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
