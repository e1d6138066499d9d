import type { CalledMethod } from './client-options.ts';
import { readDownload } from './read-download.ts';

/** The reader of a download, for a message that `create` makes. */
export function downloadOf(create: (init: never) => unknown): NonNullable<CalledMethod['download']> {
  return (response, read) =>
    readDownload(response, read)?.then(({ content_type: contentType, ...rest }) =>
      create({ contentType, ...rest } as never),
    );
}
