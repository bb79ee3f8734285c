/** The part that is used here. The package has no types. */
declare module '@20minutes/s3rver' {
	export default class S3rver {
		constructor(options: {
			directory: string;
			address: string;
			port: number;
			silent: boolean;
			configureBuckets: Array<{ name: string }>;
		});

		run(): Promise<{ port: number }>;

		close(): Promise<void>;
	}
}
