import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

export function readState(project: Project): GenerationState {
  try {
    const state = JSON.parse(readFileSync(stateFile(project), 'utf8')) as Partial<GenerationState>;
    return state.protos === undefined ? noState : (state as GenerationState);
  } catch {
    return noState;
  }
}

export function writeState(project: Project, state: GenerationState): void {
  mkdirSync(project.stateDir, { recursive: true });
  writeFileSync(join(project.stateDir, '.gitignore'), '*\n');
  const file = stateFile(project);
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

function stateFile(project: Project): string {
  return join(project.stateDir, 'gen.json');
}
