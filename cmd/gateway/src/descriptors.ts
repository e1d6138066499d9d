import { readFileSync } from 'node:fs';
import { createTranscoder, type Transcoder, type TranscoderOptions } from '@pipit/gateway';
import { StartError } from '@pipit/process';
import type { Config } from './settings.ts';

/** One transcoder of all files; undefined where there are none. @throws {StartError} naming the file */
export function readDescriptors({
  descriptors,
  messageLimit,
}: Pick<Config, 'descriptors' | 'messageLimit'>): Transcoder | undefined {
  if (descriptors.length === 0) return undefined;
  const transcoders = descriptors.map((file) => transcoderOf(file, { messageLimit }));
  return {
    has: (service) => transcoders.some((transcoder) => transcoder.has(service)),
    schema: (service) => transcoders.find((transcoder) => transcoder.has(service))?.schema(service),
    method(service, method) {
      for (const transcoder of transcoders) {
        const found = transcoder.method(service, method);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function transcoderOf(file: string, options: TranscoderOptions): Transcoder {
  let set: Buffer;
  try {
    set = readFileSync(file);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new StartError(
      `descriptors: ${file} cannot be read (${why}): make it with protoc --include_imports --descriptor_set_out=${file}`,
      { cause: error },
    );
  }
  try {
    return createTranscoder(set, options);
  } catch (error) {
    throw new StartError(`descriptors: ${file}: ${(error as Error).message}`, { cause: error });
  }
}
