import { http1Door } from './doors/http1.ts';
import { http2Door } from './doors/http2.ts';
import { everyCaseAt } from './every-case.ts';

everyCaseAt(http1Door('node'), http2Door('node'));
