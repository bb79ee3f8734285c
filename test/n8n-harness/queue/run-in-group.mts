/**
 * Runs a program in this process's group, so that it ends with this process. Arguments: the program and its arguments.
 * `RUN_AS` is `UID:GID` to run it as another user.
 */
import { spawn } from 'node:child_process';

const [program = '', ...args] = process.argv.slice(2);
const [uid, gid] = (process.env.RUN_AS ?? '').split(':').filter(Boolean).map(Number);
delete process.env.RUN_AS;

const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], uid, gid });
// On SIGINT PostgreSQL ends at once. On SIGTERM it waits for its clients to disconnect
process.on('SIGTERM', () => child.kill('SIGINT'));
child.on('error', (error) => {
	console.error(error.message);
	process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
