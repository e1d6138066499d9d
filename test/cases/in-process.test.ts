import { fetchDoor } from './doors/fetch.ts';
import { localDoor } from './doors/local.ts';
import { everyCaseAt } from './every-case.ts';

everyCaseAt(fetchDoor, localDoor);
