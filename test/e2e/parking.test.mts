/** A parked wait takes at least 65 s, so all tests of this file run in parallel. */
import { useSharedTestBed } from './support/test-bed.mjs';

// Two of its tests are parked twice, so it comes first
import './parking/in-workflows.mjs';
import './parking/restart.mjs';
import './parking/failures.mjs';
import './parking/changes.mjs';
import './parking/released.mjs';

useSharedTestBed({ parks: true });
