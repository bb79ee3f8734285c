const { src, dest } = require('gulp');

/** What tsc leaves behind: the icons, and the codex files that n8n reads beside each node. */
function buildIcons() {
	return src(['{nodes,credentials}/**/*.svg', 'nodes/**/*.node.json'], {
		base: '.',
		encoding: false,
	}).pipe(dest('dist'));
}

exports['build:icons'] = buildIcons;
