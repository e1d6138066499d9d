import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasOwnFolder, makeOwnFolder, readOwnFile } from '../files/own-folder.ts';
import { isSealed, sealOf } from '../files/seal.ts';
import type { Project } from '../project/project.ts';

/** The record of the last generation, in `.pipit/gen.json`. Without it everything is generated again. */
export interface GenerationState {
  /** The tools that generated, with versions and options. */
  readonly tools: string;
  /** By path below `rpc/`. */
  readonly protos: Readonly<Record<string, ProtoState>>;
}

export interface ProtoState {
  readonly hash: string;
  readonly imports: readonly string[];
  /** Hashes of what was generated, by path below `rpc/`. */
  readonly outputs: Readonly<Record<string, string>>;
}

export const noState: GenerationState = { tools: '', protos: {} };

/** Of a record that this machine wrote: one that came with the project could pass off anything as generated. */
export function readState({ root, stateDir }: Project): GenerationState {
  try {
    if (!hasOwnFolder(stateDir)) return noState;
    const { state, seal } = JSON.parse(readOwnFile(join(stateDir, 'gen.json')) ?? '') as SealedState;
    return isSealed('state', root, JSON.stringify(state), seal) ? state : noState;
  } catch {
    return noState;
  }
}

export function writeState({ root, stateDir }: Project, state: GenerationState): void {
  makeOwnFolder(stateDir);
  const sealed: SealedState = { seal: sealOf('state', root, JSON.stringify(state)), state };
  const draft = join(stateDir, 'gen.json.new');
  rmSync(draft, { recursive: true, force: true });
  // Never through a link.
  writeFileSync(draft, JSON.stringify(sealed), { flag: 'wx' });
  rmSync(join(stateDir, 'gen.json'), { recursive: true, force: true });
  renameSync(draft, join(stateDir, 'gen.json'));
}

interface SealedState {
  readonly seal: string;
  readonly state: GenerationState;
}
