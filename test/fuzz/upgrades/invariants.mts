/** What must hold of the requests for 1080p versions. */
import type { Invariant } from '../invariants.mjs';
import { isUpgradable } from './expected-outcomes.mjs';

/** The request can cost credits. */
const requestsOnlyWhatRecordsAllow: Invariant = ({ exchanges, scenario }) =>
	exchanges
		.filter(({ endpoint }) => endpoint === 'upgrade')
		.filter(({ taskId, startedAt }) => {
			const check = exchanges.findLast(
				(each) =>
					each.taskId === taskId && each.endpoint === 'recordInfo' && each.endedAt <= startedAt,
			);
			return (
				scenario.operation !== 'get1080p' || check === undefined || !isUpgradable(scenario, check)
			);
		})
		.map(({ taskId }) => `requested the 1080p version of ${taskId} without a reason`);

export const UPGRADE_INVARIANTS: readonly Invariant[] = [requestsOnlyWhatRecordsAllow];
