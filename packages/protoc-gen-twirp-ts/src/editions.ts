import type { FileSchema } from '@pipit/schema';
import { PluginError } from './plugin-error.ts';

/** EDITION_2024 of google.protobuf.Edition. */
export const NEWEST_EDITION = 1001;

/** Where a FileDescriptorProto says its edition. */
const EDITION_PATH = '14';

/**
 * Refuses what a newer edition may mean otherwise. protoc does so itself, by the response's `maximum_edition`, but not
 * for who calls the plugin as a library; its exception for Google's own files is ours too.
 * @throws {PluginError}
 */
export function checkEdition({ descriptor, source }: FileSchema): void {
  if (descriptor.edition <= NEWEST_EDITION || descriptor.name.startsWith('google/protobuf/')) return;
  throw new PluginError(
    `${source.at(EDITION_PATH)}: the file has a newer edition than 2024, which is the newest that is supported`,
  );
}
