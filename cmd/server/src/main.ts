import { run } from '@pipit/process';
import { server } from './program.ts';
import { serve } from './serve.ts';

await run(server, serve);
