import { brandedInstanceof } from './branded-instanceof.js';
import { docOpening } from './doc-opening.js';

export default {
  meta: { name: 'pipit' },
  rules: { 'branded-instanceof': brandedInstanceof, 'doc-opening': docOpening },
};
