import { http1Door } from './doors/http1.ts';
import { http2Door } from './doors/http2.ts';
import { everyCaseAt } from './every-case.ts';

everyCaseAt(http1Door('gateway'), http1Door('gateway-fast-lane'), http2Door('gateway'));
