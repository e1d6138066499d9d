/** The Content-Type that was looked at last, and its media type: of two calls in a row most have the same. */
let last = '';
let lastType = '';

/** The media type a Content-Type names: cut at `;`, trimmed, lower-cased. Parameters are never looked at. */
export function mediaTypeOf(contentType: string): string {
  if (contentType !== last) {
    const cut = contentType.indexOf(';');
    lastType = (cut < 0 ? contentType : contentType.slice(0, cut)).trim().toLowerCase();
    last = contentType;
  }
  return lastType;
}
