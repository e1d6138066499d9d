import { isBytes } from '../../codec/valid.ts';
import { isLegalHeaderValue } from '../../rpc/response-headers.ts';
import { TwirpError } from '../../rpc/twirp-error.ts';
import { refusesBody } from '../bodiless.ts';
import type { EncodedResponse } from './encoded-response.ts';

/** A response message of kind `download`, as far as its handler filled it (wire.md, Download). */
export interface Download {
  readonly contentType?: string;
  /** Where properties are called as the proto says (the plugin's option `names=proto`). */
  readonly content_type?: string;
  readonly data?: Uint8Array;
  readonly status?: number;
  readonly filename?: string;
}

/**
 * @param disposition the Content-Disposition that the handler set: it is kept, and gets the file name
 * @throws {TwirpError} `internal` for a status or Content-Type that HTTP cannot carry, and for data under a status that has none
 */
export function downloadResponse(download: Download, disposition?: string): EncodedResponse {
  const contentType = download.contentType || download.content_type || 'application/octet-stream';
  if (!isLegalHeaderValue(contentType)) throw unusable('content_type', contentType);
  const status = download.status || 200;
  if (!Number.isInteger(status) || status < 200 || status > 599) throw unusable('status', status);
  const data = download.data ?? new Uint8Array();
  if (!isBytes(data)) throw unusable('data', typeof data);
  if (data.length > 0 && refusesBody(status)) {
    throw new TwirpError('internal', `the download's data can not be sent: status ${status} has no body`);
  }
  // Doors tell bytes from chunks by the class, which those of another realm (jsdom) have not.
  const body = data instanceof Uint8Array ? data : new Uint8Array(data);
  const headers: [name: string, value: string][] = [
    // A client tells by it that the body is the data, whatever its status and type.
    ['X-Pipit-Download', '1'],
    // Without it a browser may run as a script what was sent as text.
    ['X-Content-Type-Options', 'nosniff'],
  ];
  if (download.filename && !/;\s*filename\*?\s*=/i.test(disposition ?? ''))
    headers.push(['Content-Disposition', dispositionOf(download.filename, disposition)]);
  return { status, contentType, headers, body, isFile: true };
}

/**
 * `Content-Disposition` for a file name (RFC 6266): the name in ASCII for old clients, whole in `filename*`.
 * Characters that could leave the download folder or the header are replaced by `_`.
 * @param kind what stands in front of the name, `inline` for example
 */
export function dispositionOf(filename: string, kind = 'attachment'): string {
  // oxlint-disable-next-line no-control-regex
  const safe = filename.replace(/[\x00-\x1f\x7f/\\]|\p{Surrogate}/gu, '_').replace(/^\.+$/, '_');
  const ascii = safe.replace(/[^\x20-\x7e]/g, '_').replace(/["%]/g, '_');
  const encoded = encodeURIComponent(safe).replace(
    /['()*!]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return ascii === safe
    ? `${kind}; filename="${ascii}"`
    : `${kind}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function unusable(field: string, value: string | number): TwirpError {
  return new TwirpError('internal', `the download's ${field} can not be sent: ${JSON.stringify(value)}`);
}
