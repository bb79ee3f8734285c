const { src, dest } = require('gulp');

/** What tsc leaves behind: the icons, and what n8n reads beside each node: codex files, and the fields of its items. */
function buildIcons() {
	return src(
		['{nodes,credentials}/**/*.svg', 'nodes/**/*.node.json', 'nodes/**/__schema__/**/*.json'],
		{
			base: '.',
			encoding: false,
		},
	).pipe(dest('dist'));
}

exports['build:icons'] = buildIcons;
