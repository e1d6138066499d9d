import { generatedTypes } from './generated-types.ts';
import { serve } from './pipe.ts';

serve(generatedTypes);
