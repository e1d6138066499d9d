import type { CalledMethod } from './client-options.ts';
import { readDownload } from './read-download.ts';

/** The reader of a download, for a message that `create` makes. */
export function downloadOf(create: (init: never) => unknown): NonNullable<CalledMethod['download']> {
  return (response, read) =>
    // The message takes the one of the two names that it has.
    readDownload(response, read)?.then((fields) =>
      create({ contentType: fields.content_type, ...fields } as never),
    );
}
