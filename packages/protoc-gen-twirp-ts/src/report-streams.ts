import type { FileModel } from './model/types.ts';
import type { PluginOptions } from './options.ts';
import { PluginError } from './plugin-error.ts';

/**
 * Names all methods that take a stream and are left out, in one warning.
 * @throws {PluginError} with `streaming=error`
 */
export function reportStreams(
  files: readonly FileModel[],
  options: PluginOptions,
  warn: (warning: string) => void,
): void {
  const streams = files.flatMap(({ services }) =>
    services.flatMap(({ typeName, clientStreams }) =>
      clientStreams.map((stream) => ({ typeName, ...stream })),
    ),
  );
  const [first] = streams;
  if (first === undefined) return;
  const names = streams
    .map(({ typeName, protoName, place }, index) =>
      // The place of the first stands before the sentence.
      index === 0 ? `${typeName}.${protoName}` : `${typeName}.${protoName} (${place})`,
    )
    .join(', ');
  const methods =
    streams.length === 1 ? '1 method takes a stream' : `${streams.length} methods take a stream`;
  if (options.streaming === 'error') {
    throw new PluginError(
      `${first.place}: ${methods}: ${names}. Remove "stream" before the request, or leave them out with streaming=skip`,
    );
  }
  warn(`${first.place}: warning: ${methods} and will answer unimplemented, without code: ${names}`);
}
