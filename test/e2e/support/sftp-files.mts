import { constants } from 'node:fs';
import path from 'node:path';
import { utils, type SFTPWrapper } from 'ssh2';

const { STATUS_CODE } = utils.sftp;

/** The files of an SFTP server, in memory. */
export class SftpFiles {
	private readonly files = new Map<string, Buffer>();
	private readonly folders = new Set(['/']);

	/** Returns what was written to a path. Throws an Error if nothing was. */
	read(file: string): Buffer {
		const content = this.files.get(file);
		if (!content) throw new Error(`No file ${file}, but ${[...this.files.keys()].join(', ')}`);
		return content;
	}

	/**
	 * Serves the part of the protocol (version 3) that an upload needs: stat, make a folder, write. The handle of an open
	 * file is its name.
	 */
	serve(sftp: SFTPWrapper): void {
		const found = (id: number, name: string) => {
			const attributes = this.attributes(path.posix.normalize(name));
			if (attributes) sftp.attrs(id, attributes);
			else sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
		};
		sftp
			.on('REALPATH', (id, name) => {
				const filename = path.posix.resolve('/', name);
				sftp.name(id, [{ filename, longname: filename, attrs: attributes(constants.S_IFDIR, 0) }]);
			})
			.on('STAT', found)
			.on('LSTAT', found)
			.on('MKDIR', (id, name) => {
				const made = this.folders.has(path.posix.dirname(name));
				if (made) this.folders.add(name);
				sftp.status(id, made ? STATUS_CODE.OK : STATUS_CODE.NO_SUCH_FILE);
			})
			.on('OPEN', (id, name) => {
				if (!this.folders.has(path.posix.dirname(name))) {
					sftp.status(id, STATUS_CODE.NO_SUCH_FILE);
					return;
				}
				this.files.set(name, Buffer.alloc(0));
				sftp.handle(id, Buffer.from(name));
			})
			.on('WRITE', (id, handle, offset, data) => {
				this.write(handle.toString(), offset, data);
				sftp.status(id, STATUS_CODE.OK);
			})
			.on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK))
			.on('CLOSE', (id) => sftp.status(id, STATUS_CODE.OK));
	}

	/** Writes may arrive in any order. */
	private write(name: string, offset: number, data: Buffer): void {
		const before = this.files.get(name) ?? Buffer.alloc(0);
		const after = Buffer.alloc(Math.max(before.length, offset + data.length));
		before.copy(after);
		data.copy(after, offset);
		this.files.set(name, after);
	}

	private attributes(name: string) {
		if (this.folders.has(name)) return attributes(constants.S_IFDIR, 0);
		const file = this.files.get(name);
		return file && attributes(constants.S_IFREG, file.length);
	}
}

function attributes(type: number, size: number) {
	return { mode: type | 0o755, uid: 0, gid: 0, size, atime: 0, mtime: 0 };
}
