import { dynamicTypes } from './dynamic-types.ts';
import { serve } from './pipe.ts';

serve(dynamicTypes);
