import { mutationOf } from '../../../stryker.config.mjs';

export default mutationOf('operations');
