import { run } from '@pipit/process';
import { gateway } from './program.ts';
import { serve } from './serve.ts';

await run(gateway, serve);
