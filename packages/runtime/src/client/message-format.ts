import type { DownloadFields } from './download-fields.ts';

/** How a method's messages become bytes, and bytes its messages: all that differs from client to client. */
export interface MessageFormat {
  readonly contentType: 'application/json' | 'application/protobuf';
  encode(request: unknown): string | Uint8Array<ArrayBuffer>;
  /** What it throws makes the answer unreadable. */
  decode(body: Uint8Array): unknown;
  /** The message of a download. */
  download(fields: DownloadFields): unknown;
}
