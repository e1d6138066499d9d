/** The fields of a download message, by their proto names. */
export interface DownloadFields {
  readonly content_type: string;
  readonly data: Uint8Array<ArrayBuffer>;
  readonly status: number;
  readonly filename: string;
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
