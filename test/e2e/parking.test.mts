/**
 * A parked wait takes at least 65 s: n8n looks only once a minute which executions are due. So all tests of this
 * file run side by side.
 */
import { useParkingLab } from './support/parking-test-bed.mjs';

import './parking/in-workflows.mjs';
import './parking/items.mjs';
import './parking/endings.mjs';
import './parking/released.mjs';
import './parking/restart.mjs';

useParkingLab();
