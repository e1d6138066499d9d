import { constants, copyFileSync, renameSync, rmSync } from 'node:fs';

const mostAttempts = 20;

/** Puts a file in another's place in one step; nobody ever sees half of it. Synchronous: nothing runs in between. */
export function replaceFile(from: string, to: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      renameSync(from, to);
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EXDEV') return acrossDevices(from, to);
      // Windows refuses while a virus scanner or an editor has the file open, which is soon over.
      const busy =
        process.platform === 'win32' && (code === 'EPERM' || code === 'EACCES' || code === 'EBUSY');
      if (!busy || attempt === mostAttempts) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 25);
    }
  }
}

/** A folder may be mounted from elsewhere, where a rename cannot reach. */
function acrossDevices(from: string, to: string): void {
  const beside = `${to}.pipit-tmp`;
  // Never through a link that lies there.
  rmSync(beside, { force: true });
  copyFileSync(from, beside, constants.COPYFILE_EXCL);
  renameSync(beside, to);
  rmSync(from, { force: true });
}
