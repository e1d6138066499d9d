import { http1Door } from './doors/http1.ts';
import { http2Door } from './doors/http2.ts';
import { everyCaseAt } from './every-case.ts';

everyCaseAt(http1Door('fast-lane'), http2Door('fast-lane'));
