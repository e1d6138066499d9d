/** The fields of a download message, filled from the HTTP answer that carried it (wire.md, Download). */
export function downloadFields(response: Response, data: Uint8Array): object {
  const { status, headers } = response;
  return {
    contentType: headers.get('content-type') ?? '',
    data,
    status,
    filename: filenameOf(headers.get('content-disposition') ?? ''),
  };
}

/** The file name of a Content-Disposition: `filename*` before `filename` (RFC 6266, 4.3). */
function filenameOf(disposition: string): string {
  const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition)?.[1];
  return encoded === undefined
    ? (/filename="([^"]*)"/i.exec(disposition)?.[1] ?? '')
    : decodeURIComponent(encoded);
}
