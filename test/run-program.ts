import { vi } from 'vitest';

/** How a program ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunProgramOptions {
  readonly args?: readonly string[];
  /** All of its environment. Default none. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it runs. Default here. */
  readonly cwd?: string;
}

/** Thrown where the program would have ended the process. */
class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/**
 * Runs a program in this process, for the many cases that end before anything listens: as a process each costs half
 * a second, here a few milliseconds. One at a time; what listens must be run as a process.
 *
 * @param main what the program does
 */
export async function runProgram(
  main: () => Promise<void>,
  { args = [], env = {}, cwd = process.cwd() }: RunProgramOptions,
): Promise<Ended> {
  const { argv, env: ownEnv, exitCode } = process;
  const ownFolder = process.cwd();
  let code: number | undefined;
  let [out, err] = ['', ''];
  const replaced = [
    vi.spyOn(process, 'exit').mockImplementation((given) => {
      throw new Exit(Number(given));
    }),
    vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => (out += textOf(chunk)) !== ''),
    vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => (err += textOf(chunk)) !== ''),
  ];
  process.argv = [...argv.slice(0, 2), ...args];
  process.env = { ...env };
  process.chdir(cwd);
  process.exitCode = undefined;
  try {
    await main();
    code = Number(process.exitCode ?? 0);
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    ({ code } = error);
  } finally {
    for (const spy of replaced) spy.mockRestore();
    process.argv = argv;
    process.env = ownEnv;
    process.exitCode = exitCode;
    process.chdir(ownFolder);
  }
  return { code, out, err };
}

/** A chunk as whoever reads the stream sees it. */
function textOf(chunk: string | Uint8Array): string {
  return typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
}
