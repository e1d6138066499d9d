import { answer } from './answer.ts';
import { ConformanceRequest, ConformanceResponse } from './gen/conformance/conformance.pb.ts';
import { serve } from './pipe.ts';

serve((bytes) => ConformanceResponse.encode(answer(ConformanceRequest.decode(bytes))));
