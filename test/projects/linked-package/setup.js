// The linked package is a project of its own, installed beside the app.
import { execSync } from 'node:child_process';
import { cpSync } from 'node:fs';

cpSync('rpc', 'hats/rpc', { recursive: true });
cpSync('shared', 'app/shared', { recursive: true });
for (const cwd of ['hats', 'app'])
  execSync('npm install --no-audit --no-fund --prefer-offline --loglevel=error', { cwd, stdio: 'inherit' });
