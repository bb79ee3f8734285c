/**
 * Runs a program that knows nothing of us in the process group of this one, so that it ends with it. Arguments: the
 * program and its own. `KEEP_AS` is `UID:GID` to run it as another user.
 */
import { spawn } from 'node:child_process';

const [program = '', ...args] = process.argv.slice(2);
const [uid, gid] = (process.env.KEEP_AS ?? '').split(':').filter(Boolean).map(Number);
delete process.env.KEEP_AS;

const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], uid, gid });
// PostgreSQL ends at once with this one, where with SIGTERM it waits for its clients to leave
process.on('SIGTERM', () => child.kill('SIGINT'));
child.on('error', (error) => {
	console.error(error.message);
	process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
