import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { StartError } from '@pipit/process';

const file = fileURLToPath(new URL('../public/index.html', import.meta.url));

/** The page that calls Echo from a browser, with the prefix filled in. @throws {StartError} when its file cannot be read */
export function page(prefix: string): string {
  try {
    // A prefix has no character that means something in HTML or in a script string but `&` and `'`.
    return readFileSync(file, 'utf8').replaceAll(
      '{{prefix}}',
      encodeURI(prefix).replaceAll('&', '%26').replaceAll("'", '%27'),
    );
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new StartError(`cannot read ${file} (${why}): restore it, for example with git checkout`, {
      cause: error,
    });
  }
}
