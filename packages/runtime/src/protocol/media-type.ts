/** The media type a Content-Type names: cut at `;`, trimmed, lower-cased. Parameters are never looked at. */
export function mediaTypeOf(contentType: string): string {
  const cut = contentType.indexOf(';');
  return (cut < 0 ? contentType : contentType.slice(0, cut)).trim().toLowerCase();
}
